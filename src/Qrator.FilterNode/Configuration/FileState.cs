using System.Security.Cryptography;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// What tells one state of a file from another: presence, length and time of the last write of what a link leads to; for a file
/// written moments ago also its content, because two writes can fall into one tick of the file system's clock.
/// </summary>
/// <param name="Path">The file, whether it is there or not.</param>
/// <param name="Attributes">Presence, length and time.</param>
/// <param name="Content">A digest of the content; null when the last write was long ago.</param>
internal sealed record FileState(string Path, string Attributes, string? Content)
{
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(5);

    /// <summary>Looks at the file.</summary>
    public static FileState Of(string path, DateTimeOffset now)
    {
        try
        {
            var file = new FileInfo(path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (!target.Exists)
            {
                return new(path, "absent", null);
            }

            var written = target.LastWriteTimeUtc;
            var content = (now.UtcDateTime - written).Duration() < Young ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : null;
            return new(path, $"{target.FullName} {target.Length} {written.Ticks}", content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new(path, exception.GetType().Name, null);
        }
    }

    /// <summary>Whether the file is another one than at an earlier look.</summary>
    public bool DiffersFrom(FileState earlier) =>
        Attributes != earlier.Attributes || (Content is not null && earlier.Content is not null && Content != earlier.Content);
}
