using System.Diagnostics.CodeAnalysis;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Admin.Why;

/// <summary>What follows the word <c>why</c> on the command line.</summary>
/// <param name="Address">Who is asked about.</param>
/// <param name="Service">Only this service; null for all.</param>
/// <param name="Settings">Settings of the configuration.</param>
internal sealed record WhyArguments(NetworkPrefix Address, string? Service, string[] Settings)
{
    /// <summary>How to ask.</summary>
    public const string Usage = "Qrator.FilterNode why ADDRESS [--service NAME] [--FilterNode:Key=value ...]";

    /// <summary>Reads the arguments after <c>why</c>.</summary>
    public static bool TryRead(ReadOnlySpan<string> arguments, [NotNullWhen(true)] out WhyArguments? read, out string problem)
    {
        (read, problem) = (null, $"no address; {Usage}");
        NetworkPrefix? address = null;
        string? service = null;
        var settings = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument == "--service" && i + 1 < arguments.Length)
            {
                service = arguments[++i];
            }
            else if (argument.StartsWith("--service=", StringComparison.Ordinal))
            {
                service = argument["--service=".Length..];
            }
            else if (argument.StartsWith("--FilterNode:", StringComparison.OrdinalIgnoreCase) && argument.Contains('=', StringComparison.Ordinal))
            {
                settings.Add(argument);
            }
            else if (argument.StartsWith('-') || address is not null)
            {
                problem = $"\"{argument}\" is not understood; {Usage}";
                return false;
            }
            else if (!NetworkPrefix.TryParse(argument, out address, out problem))
            {
                return false;
            }
        }

        read = address is null ? null : new(address, service, [.. settings]);
        return read is not null;
    }
}
