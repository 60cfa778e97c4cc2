using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Admin.Why;

/// <summary>Asks the node that runs with the configuration of the working directory how a client stands, and prints that for people.</summary>
internal static class WhyCommand
{
    private const int Answered = 0;
    private const int NotReached = 1;
    private const int BadArguments = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Runs the command with the arguments after <c>why</c>. Returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, Func<string[], ConfigurationFiles> filesWith)
    {
        if (!WhyArguments.TryRead(arguments, out var asked, out var problem))
        {
            return Say(problem, BadArguments);
        }

        var errors = new ConfigErrors();
        var tree = filesWith(asked.Settings).Read(errors, out _, out _);
        if (!errors.None)
        {
            return Say(string.Join(Environment.NewLine, errors.All), BadArguments);
        }

        // Mistakes elsewhere do not matter here: the node runs with what was good before.
        var config = ConfigValidator.Read(tree.Section(ConfigValidator.Root), errors);
        if (config.Services.Count == 0)
        {
            return Say("the configuration of this folder has no service; why is to be run in the folder of the node's configuration", BadArguments);
        }

        var service = asked.Service is null
            ? config.Services.Keys.FirstOrDefault()
            : config.Services.Keys.FirstOrDefault(name => string.Equals(name, asked.Service, StringComparison.OrdinalIgnoreCase));
        if (service is null)
        {
            return Say($"there is no service {asked.Service}; known: {string.Join(", ", config.Services.Keys)}", BadArguments);
        }

        var token = config.Admin.Tokens.Count > 0 ? config.Admin.Tokens[0] : null;
        return token is null
            ? Say("FilterNode:Admin:Tokens is empty, so nobody can ask the node; at least one", NotReached)
            : await AskAsync(AdminAddress.Of(config.Admin), token, service, asked);
    }

    private static async Task<int> AskAsync(Uri address, string token, string service, WhyArguments asked)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"request/service/{service}"));
        request.Headers.TryAddWithoutValidation(AdminApp.AuthHeader, token);
        request.Content = new StringContent($$"""{"method": "ip_status", "params": ["{{asked.Address}}"], "id": 1}""", Encoding.UTF8);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var response = await client.SendAsync(request);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                return Say($"the node at {address} does not take the first token of FilterNode:Admin:Tokens", NotReached);
            }

            using var answer = JsonDocument.Parse(await response.Content.ReadAsStreamAsync());
            if (answer.RootElement.GetProperty("error").GetString() is { } error)
            {
                return Say($"the node at {address} says: {error}", NotReached);
            }

            Console.Out.Write(WhyText.Of(answer.RootElement.GetProperty("result"), asked.Service));
            return Answered;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            var reason = exception is HttpRequestException or IOException ? exception.Message : "no answer that is one of this node's";
            return Say($"the node at {address} cannot be asked: {reason}", NotReached);
        }
    }

    private static int Say(string problem, int exitCode)
    {
        Console.Error.WriteLine(problem);
        return exitCode;
    }
}
