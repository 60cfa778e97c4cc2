using System.Globalization;

namespace Qrator.FilterNode.Load;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public string Node { get; init; } = "";

    public string Out { get; init; } = "tests/load/results";

    public string? Countries { get; init; }

    public IReadOnlyList<Scenario> Scenarios { get; init; } = [];

    public IReadOnlyList<string> Proxies { get; init; } = ["node", "nginx", "haproxy"];

    /// <summary>Whether it is the latency under attack that is compared.</summary>
    public bool Attack { get; init; }

    /// <summary>Whether it is resident memory that is measured.</summary>
    public bool Memory { get; init; }

    /// <summary>How long the node is under load to see whether its memory stays.</summary>
    public int Minutes { get; init; } = 60;

    public int Rounds { get; init; } = 3;

    public int Seconds { get; init; } = 5;

    public int WarmUpSeconds { get; init; } = 8;

    public static Options Parse(IReadOnlyList<string> arguments)
    {
        const string Data = "tests/node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb";
        var options = new Options
        {
            Scenarios = Scenario.All,
            Countries = File.Exists(Data) ? Path.GetFullPath(Data) : null,
        };
        for (var i = 0; i < arguments.Count; i++)
        {
            string Value() => i + 1 < arguments.Count ? arguments[++i] : throw new ArgumentException($"{arguments[i]} needs a value");
            options = arguments[i] switch
            {
                "--quick" => options with { Scenarios = [.. Scenario.All.Where(scenario => scenario.Quick)], Rounds = 2 },
                "--full" => options with { Scenarios = Scenario.All, Rounds = 5, WarmUpSeconds = 20 },
                "--attack" => options with { Attack = true, WarmUpSeconds = 20, Proxies = ["node", "node-kernel", "nginx", "haproxy"] },
                "--memory" => options with { Memory = true, WarmUpSeconds = 20 },
                "--minutes" => options with { Minutes = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--only" => options with { Scenarios = Chosen(Value()) },
                "--proxies" => options with { Proxies = Value().Split(',') },
                "--rounds" => options with { Rounds = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--seconds" => options with { Seconds = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--node" => options with { Node = Path.GetFullPath(Value()) },
                "--out" => options with { Out = Value() },
                _ => throw new ArgumentException($"{arguments[i]} is not known; there are --quick, --full, --only, --proxies, --rounds, --seconds, --minutes and --out"),
            };
        }

        return options;
    }

    private static IReadOnlyList<Scenario> Chosen(string names) =>
    [
        .. names.Split(',').Select(name => Scenario.All.FirstOrDefault(scenario => scenario.Name == name)
            ?? throw new ArgumentException($"no scenario is called {name}; there are {string.Join(", ", Scenario.All.Select(scenario => scenario.Name))}")),
    ];
}
