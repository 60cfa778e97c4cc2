using System.Buffers;
using System.Text;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.AccessLogs;

/// <summary>
/// Writes what waits for the access log. The file is opened for each piece of a megabyte at most, so that one that was renamed is
/// begun anew without a signal. A file that cannot be written costs its lines, which are counted, and nothing else. One thread at a time.
/// </summary>
internal sealed partial class AccessLogWriter
{
    private const int Piece = 1 << 20;
    private const UnixFileMode OwnerAndGroup = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>How often to <see cref="Write"/>.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly AccessLog _log;
    private readonly ConfigurationDoor _door;
    private readonly string _contentRoot;
    private readonly ILogger _logger;
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly JsonLine _json;
    private string? _trouble;

    /// <summary>Nothing is written yet.</summary>
    /// <param name="log">What waits.</param>
    /// <param name="door">The configuration in force: where to write, and how.</param>
    /// <param name="contentRoot">The folder that relative paths start from.</param>
    /// <param name="logger">Where trouble is told.</param>
    public AccessLogWriter(AccessLog log, ConfigurationDoor door, string contentRoot, ILogger<AccessLogWriter> logger)
    {
        _log = log;
        _door = door;
        _contentRoot = contentRoot;
        _json = new(_text);
        _logger = logger;
    }

    /// <summary>Writes all that waits.</summary>
    public void Write()
    {
        while (_log.TryTake(out var record))
        {
            // What was taken while the log was on is written where it is now; it may be off by now.
            var config = _door.Current.Config.AccessLog ?? record.Node.Config.AccessLog!;
            var lines = 0;
            do
            {
                Format(config.Format, record);
                lines++;
            }
            while (_text.WrittenCount < Piece && _log.TryTake(out record));

            Append(Path.Combine(_contentRoot, config.Path), lines);
            _text.ResetWrittenCount();
        }
    }

    private void Format(AccessLogFormat format, AccessRecord record)
    {
        if (format == AccessLogFormat.Json)
        {
            _json.Write(record);
        }
        else
        {
            Encoding.ASCII.GetBytes(CombinedLine.Of(record).AsSpan(), _text);
        }
    }

    private void Append(string path, int lines)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            using var file = new FileStream(path, OptionsOf());
            WriteWhole(file);
            _log.Status.Written(lines);
            Tell(null, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            _log.Status.Failed(lines);
            Tell(exception.Message, path);
        }
    }

    private static FileStreamOptions OptionsOf()
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerAndGroup;
        }

        return options;
    }

    // A disk that is full takes a part: half a line would spoil the next one.
    private void WriteWhole(FileStream file)
    {
        var before = file.Length;
        try
        {
            file.Write(_text.WrittenSpan);
        }
        catch (IOException)
        {
            file.SetLength(before);
            throw;
        }
    }

    private void Tell(string? trouble, string path)
    {
        if (trouble is null == _trouble is null)
        {
            return;
        }

        _trouble = trouble;
        if (trouble is null)
        {
            LogAvailable(path);
        }
        else
        {
            LogTrouble(path, trouble);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "access log: {Path} cannot be written, its lines are lost and counted until it can: {Problem}")]
    private partial void LogTrouble(string path, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "access log: {Path} is being written again")]
    private partial void LogAvailable(string path);
}
