using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.State;

/// <summary>A file system of 2 MB in memory, mounted over a folder. Needs root.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Ballast => Path.Combine(_folder, "ballast");

    public static async Task<SmallDisk> MountAsync(string folder)
    {
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=2m", "none", folder);
        return new(folder);
    }

    /// <summary>Takes all the room that is left.</summary>
    public async Task FillAsync()
    {
        using var ballast = File.Create(Ballast, bufferSize: 0);
        try
        {
            for (var written = 0; written < 1_024; written++)
            {
                await ballast.WriteAsync(new byte[4_096]);
            }
        }
        catch (IOException)
        {
            return;
        }

        throw new InvalidOperationException("the disk is not full");
    }

    public void MakeRoom() => File.Delete(Ballast);

    /// <summary>"ro" or "rw".</summary>
    public Task RemountAsync(string mode) => RunAsync("mount", "-o", $"remount,{mode}", _folder);

    public async ValueTask DisposeAsync() => await RunAsync("umount", "-l", _folder);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (exit, _, errors) = await Command.RunAsync("/", "", program, arguments);
        exit.ShouldBe(0, errors);
    }
}
