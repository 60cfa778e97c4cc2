using System.Net;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Admin;

/// <summary>Asks the node that runs with the configuration of the working directory whether it takes traffic, for containers and scripts.</summary>
internal static class ReadyCommand
{
    private const int Ready = 0;
    private const int NotReady = 1;
    private const int BadArguments = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Runs the command. Returns the exit code.</summary>
    public static async Task<int> RunAsync(ConfigurationFiles files)
    {
        var errors = new ConfigErrors();
        var tree = files.Read(errors, out _, out _);
        if (!errors.None)
        {
            Console.Error.WriteLine(string.Join(Environment.NewLine, errors.All));
            return BadArguments;
        }

        // Mistakes elsewhere do not matter here: the node runs with what was good before.
        var address = AdminAddress.Of(ConfigValidator.Read(tree.Section(ConfigValidator.Root), errors).Admin);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(new Uri(address, "readyz"));
            Console.Out.Write(await answer.Content.ReadAsStringAsync());
            return answer.StatusCode == HttpStatusCode.OK ? Ready : NotReady;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            Console.Error.WriteLine($"the node at {address} cannot be asked: {(exception is HttpRequestException ? exception.Message : "no answer")}");
            return NotReady;
        }
    }
}
