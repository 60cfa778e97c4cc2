using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Behavior;

/// <summary>A service with detection, 400 regular visitors and a clock that the test moves.</summary>
internal sealed class BehaviorFixture
{
    public const string Flooder = "flooder/1.0";
    public static readonly string[] Agents = ["Firefox", "Chrome", "Safari", "Edge", "Opera"];
    private const int Regulars = 400;
    private const int RequestsATick = 50;
    private static readonly string[] Pages = ["/", "/cart", "/item/1", "/img/1.jpg", "/site.css", "/search", "/help"];

    private readonly Random _random = new(1);
    private int _newcomers;

    public BehaviorFixture(BehaviorConfig? config = null, BehaviorBudgetConfig? budget = null, bool hasGuardedRules = false)
    {
        Lists = new("shop", 100_000, Journal) { Identity = new(64) };
        Store = new(Lists);
        Store.Configure(new(config ?? new() { Mode = BehaviorMode.On }, budget ?? new(), 4 << 20, 10_000, hasGuardedRules));
    }

    public RecordingJournal Journal { get; } = new();

    public ServiceLists Lists { get; }

    public BehaviorStore Store { get; }

    public long Now { get; private set; } = TimeSpan.FromDays(2).Ticks;

    public DateTimeOffset UtcNow { get; private set; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public List<BehaviorReport> Reports { get; } = [];

    /// <summary>What the origin answers to everybody.</summary>
    public RequestEnd Answer { get; set; } = new(200, 20 * TimeSpan.TicksPerMillisecond, Aborted: false);

    public static ClientKey Regular(int i) => ClientKey.FromIPv4(0x0A00_0000u + (uint)i * 1_000);

    public static ClientKey Attacker(int i) => ClientKey.FromIPv4(0xC000_0000u + (uint)i * 1_000);

    /// <summary>So much ordinary traffic, and in each tick what the test adds to it.</summary>
    public void Pass(TimeSpan time, Action? more = null)
    {
        for (var end = Now + time.Ticks; Now < end;)
        {
            for (var i = 0; i < RequestsATick; i++)
            {
                var client = _random.Next(Regulars);
                Send(Regular(client), new(Agents[client % Agents.Length], Pages[_random.Next(Pages.Length)]));
            }

            more?.Invoke();
            Tick(BehaviorStore.TickInterval);
        }
    }

    /// <summary>One tool from many addresses, each asking for the front page once a second.</summary>
    public void Flood(int clients = 300)
    {
        for (var i = 0; i < clients; i++)
        {
            if (_random.Next(2) == 0)
            {
                Send(Attacker(i), new(Flooder, "/", hasCookie: false));
            }
        }
    }

    /// <summary>New visitors, each of whom looks at a page with what belongs to it.</summary>
    public void Crowd(int visitors)
    {
        for (var i = 0; i < visitors; i++)
        {
            var visitor = ClientKey.FromIPv4(0x5000_0000u + (uint)_newcomers++);
            foreach (var page in Pages)
            {
                Send(visitor, new("NewBrowser", page, hasCookie: page != "/"));
            }
        }
    }

    public Verdict Send(ClientKey client, Visit visit)
    {
        if (Lists.Blacklist.Contains(client, Now))
        {
            Store.AtDrop();
            return Verdict.DropBlacklisted;
        }

        visit.TryGetText(TextProperty.UserAgent, null, out var agent);
        var verdict = Store.AtArrival(client, visit, TraitHash.Of(agent), Now);
        if (verdict.Action == VerdictAction.Pass)
        {
            Store.AtEnd(client, Answer, Now);
        }

        return verdict;
    }

    public void Tick(TimeSpan by)
    {
        Now += by.Ticks;
        UtcNow += by;
        Reports.AddRange(Store.Tick(Now, UtcNow));
    }

    public int ListedAttackers(int clients = 300) => Enumerable.Range(0, clients).Count(i => Lists.Blacklist.Contains(Attacker(i), Now));

    public int ListedRegulars() => Enumerable.Range(0, Regulars).Count(i => Lists.Blacklist.Contains(Regular(i), Now));
}
