using Qrator.FilterNode.Quality.Traffic;

namespace Qrator.FilterNode.Quality.Attacks;

/// <summary>An attack: so many clients, each at a rate, each request made by a recipe.</summary>
internal sealed record AttackPlan
{
    public required string Name { get; init; }

    public required int Clients { get; init; }

    /// <summary>Requests a second of each client.</summary>
    public required double Rate { get; init; }

    /// <summary>The tool of a request.</summary>
    public required Func<Random, Browser> Tool { get; init; }

    /// <summary>Path and query of a request.</summary>
    public required Func<Random, (string Path, string Query)> Page { get; init; }

    public string Method { get; init; } = "GET";

    public Func<Random, string?> Referer { get; init; } = _ => null;

    public bool HasCookie { get; init; }

    public double OriginMilliseconds { get; init; } = 30;

    public int Status { get; init; } = 200;

    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the pauses between pulses are; the duration is that of a pulse then.</summary>
    public TimeSpan Pause { get; init; }

    public int Pulses { get; init; } = 1;

    /// <summary>A news peak that is going on for this long when the attack begins; zero for none.</summary>
    public TimeSpan PeakBefore { get; init; }

    public string Parameters => FormattableString.Invariant($"{Clients} clients, {Rate * Clients:0}/s");

    public void Start(Simulation simulation, Random random)
    {
        var clients = Enumerable.Range(0, Clients).Select(_ => Addresses.Anywhere(random)).ToArray();
        for (var pulse = 0; pulse < Pulses; pulse++)
        {
            var begin = pulse * (Duration + Pause).TotalSeconds;
            foreach (var client in clients)
            {
                StartClient(simulation, random, client, begin, begin + Duration.TotalSeconds);
            }
        }
    }

    public TimeSpan Length => (Duration * Pulses) + (Pause * (Pulses - 1));

    private void StartClient(Simulation simulation, Random random, Clients.ClientKey client, double begin, double end)
    {
        var began = simulation.Time;
        void Next()
        {
            var (path, query) = Page(random);
            simulation.SendAfter(0, new()
            {
                Client = client,
                Browser = Tool(random),
                Method = Method,
                Path = path,
                Query = query,
                Referer = Referer(random),
                HasCookie = HasCookie,
                OriginMilliseconds = OriginMilliseconds * (0.5 + random.NextDouble()),
                Status = Status,
                IsAttack = true,
            });
            var wait = (0.5 + random.NextDouble()) / Rate;
            if ((double)(simulation.Time - began) / TimeSpan.TicksPerSecond + wait < end)
            {
                simulation.After(wait, Next);
            }
        }

        var first = begin + (random.NextDouble() / Rate);
        if (first < end)
        {
            simulation.After(first, Next);
        }
    }
}
