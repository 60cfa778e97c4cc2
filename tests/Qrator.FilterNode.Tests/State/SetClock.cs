using System.Globalization;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Statistics.Intervals;

namespace Qrator.FilterNode.State;

/// <summary>
/// The wall clock of a node that is run with Debian's libfaketime; it can be set while the node runs, so that an interval is over at once. Monotonic time
/// goes on as it is.
/// </summary>
internal sealed class SetClock
{
    private readonly string _file;
    private long _ahead;

    /// <summary>A clock that stands at the beginning of an interval.</summary>
    /// <param name="file">Where the node reads by how much its clock is ahead.</param>
    public SetClock(string file)
    {
        _file = file;
        ToNextInterval();
    }

    /// <summary>Starts a node that goes by the clock.</summary>
    public Task<NodeProcess> StartNodeAsync(string folder)
    {
        // One folder for each kind of processor.
        var libraries = Directory.GetDirectories("/usr/lib").Select(kind => Path.Combine(kind, "faketime", "libfaketimeMT.so.1")).Where(File.Exists).ToList();
        libraries.ShouldNotBeEmpty("apt-get install faketime");
        return NodeProcess.StartAsync(
            folder, "env", $"LD_PRELOAD={libraries[0]}", $"FAKETIME_TIMESTAMP_FILE={_file}", "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "NO_FAKE_STAT=1", "dotnet", NodeProcess.Dll);
    }

    /// <summary>Sets the clock to the first second of the interval after the one it is in.</summary>
    public void ToNextInterval()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + _ahead;
        _ahead += IntervalTime.StartOf(now) + IntervalTime.Seconds + 1 - now;

        // Moved into its place, because a file that is being written reads as no difference.
        File.WriteAllText(_file + ".new", "+" + _ahead.ToString(CultureInfo.InvariantCulture));
        File.Move(_file + ".new", _file, overwrite: true);
    }
}
