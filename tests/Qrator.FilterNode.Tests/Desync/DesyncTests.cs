using System.Runtime.CompilerServices;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Desync;

/// <summary>Clients and origins that try to make the node and the origin disagree about where a message ends, as scripts of varnishtest.</summary>
public sealed class DesyncTests
{
    public static TheoryData<string> Scripts => [.. Directory.GetFiles(Folder(), "*.vtc").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Node_and_origin_agree_where_every_message_ends(string script)
    {
        var port = FreePort.Next();
        await using var node = await TestNode.StartAsync($"127.0.0.1:{port}");

        var (code, output, _) = await Command.RunAsync(
            node.Folder, "", "varnishtest",
            "-t", "20", $"-Dnode=127.0.0.1:{node.Address.Port}", $"-Dorigin=127.0.0.1:{port}", Path.Combine(Folder(), script + ".vtc"));

        code.ShouldBe(0, output);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
