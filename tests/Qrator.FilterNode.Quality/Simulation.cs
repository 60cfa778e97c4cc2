using System.Diagnostics;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Quality.Traffic;

namespace Qrator.FilterNode.Quality;

/// <summary>One service on a clock of its own: traffic goes to the lists and to detection as in the node, and what passes to an origin.</summary>
internal sealed class Simulation
{
    private static readonly DateTimeOffset Epoch = new(2026, 6, 1, 18, 0, 0, TimeSpan.Zero);
    private static readonly long Start = TimeSpan.FromDays(2).Ticks;

    private readonly BehaviorTuning _tuning;
    private PriorityQueue<object, long> _queue = new();
    private readonly ServiceLists _lists = new("site", 1_000_000, new NoJournal()) { Identity = new(64) };
    private readonly Random _random;
    private readonly List<string> _log = [];
    private long _jump;
    private long _nextTick = Start;

    public Simulation(BehaviorTuning tuning, Random random, double capacity, int memoryMegabytes = 64)
    {
        _random = random;
        _tuning = tuning;
        Origin = new(capacity, random);
        Behavior = Restarted(memoryMegabytes);
    }

    public BehaviorStore Behavior { get; private set; }

    /// <summary>Whether the node sees in which order headers come, as with HTTP/1.</summary>
    public bool SeesHeaderOrder { get; init; } = true;

    public SimOrigin Origin { get; }

    public Measurement Measurement { get; } = new();

    public IReadOnlyList<string> Log => _log;

    /// <summary>The time of the traffic, which never jumps.</summary>
    public long Time { get; private set; } = Start;

    public double Hour => (Epoch + TimeSpan.FromTicks(Time - Start)).TimeOfDay.TotalHours;

    /// <summary>The median time of the calls for a request that passes, with the clock's own.</summary>
    public double NanosecondsARequest => Arrivals.Median + Ends.Median;

    public CallTimes Arrivals { get; } = new();

    public CallTimes Ends { get; } = new();

    private long Now => Time + _jump;

    /// <summary>How the node's clock jumps ahead of the traffic's.</summary>
    public void JumpClock(TimeSpan by) => _jump += by.Ticks;

    /// <summary>Whether people try again when they get an error.</summary>
    public bool PeopleRetry { get; set; }

    public void After(double seconds, Action action) => _queue.Enqueue(action, Time + (long)(seconds * TimeSpan.TicksPerSecond));

    public void SendAfter(double seconds, SimRequest request) => _queue.Enqueue(request, Time + (long)(seconds * TimeSpan.TicksPerSecond));

    /// <summary>Detection begins anew, knowing nothing; the lists stay.</summary>
    public void Restart() => Behavior = Restarted(64);

    /// <summary>Whoever was going to send something does not.</summary>
    public void Silence()
    {
        var left = new PriorityQueue<object, long>();
        foreach (var (item, at) in _queue.UnorderedItems)
        {
            if (item is SimRequest { IsLetIn: true })
            {
                left.Enqueue(item, at);
            }
        }

        _queue = left;
    }

    /// <summary>Lets time go by.</summary>
    public void Run(TimeSpan time)
    {
        var end = Time + time.Ticks;
        while (true)
        {
            _queue.TryPeek(out _, out var at);
            var next = _queue.Count > 0 ? Math.Min(at, _nextTick) : _nextTick;
            if (next >= end)
            {
                Time = end;
                return;
            }

            Time = Math.Max(Time, next);
            if (next == _nextTick)
            {
                Tick();
            }
            else
            {
                Handle(_queue.Dequeue());
            }
        }
    }

    private BehaviorStore Restarted(int memoryMegabytes)
    {
        var behavior = new BehaviorStore(_lists, _tuning);
        behavior.Configure(new(new BehaviorConfig { Mode = BehaviorMode.On }, new BehaviorBudgetConfig(), (long)memoryMegabytes << 20, 100_000));
        return behavior;
    }

    private void Tick()
    {
        _nextTick += BehaviorStore.TickInterval.Ticks;
        foreach (var report in Behavior.Tick(Now, Epoch + TimeSpan.FromTicks(Now - Start)))
        {
            _log.Add($"{TimeSpan.FromTicks(Time - Start):hh\\:mm\\:ss} {report.Event}: {report.Text}");
        }

        if ((Time - Start) / TimeSpan.TicksPerSecond % 4 == 0)
        {
            _lists.Blacklist.Sweep(Now, _lists.Blacklist.Capacity);
        }
    }

    private void Handle(object item)
    {
        if (item is Action action)
        {
            action();
            return;
        }

        var request = (SimRequest)item;
        if (request.IsLetIn)
        {
            var end = new RequestEnd(request.FinalStatus, Time - request.SentAt, Aborted: false);
            var before = Stopwatch.GetTimestamp();
            Behavior.AtEnd(request.Client, end, Now);
            Ends.Add(Stopwatch.GetTimestamp() - before);
            if (request.FinalStatus < 500)
            {
                request.Answered?.Invoke();
            }
        }
        else
        {
            Arrive(request);
        }
    }

    private void Arrive(SimRequest request)
    {
        request.Next?.Invoke();
        if (_lists.Blacklist.Contains(request.Client, Now))
        {
            Behavior.AtDrop();
            Measurement.Count(request, Time, stopped: true);
            return;
        }

        var view = request.AsView();
        var before = Stopwatch.GetTimestamp();
        var verdict = Behavior.AtArrival(request.Client, view, SeesHeaderOrder ? request.Browser.HeaderOrder : 0, Now);
        Arrivals.Add(Stopwatch.GetTimestamp() - before);
        var stopped = verdict.Action != VerdictAction.Pass;
        Measurement.Count(request, Time, stopped);
        if (stopped)
        {
            Measurement.CountListed(request, Time, Reason(request.Client));
            return;
        }

        var (milliseconds, status) = Origin.Answer(request, Time);
        (request.IsLetIn, request.FinalStatus, request.SentAt) = (true, status, Time);
        _queue.Enqueue(request, Time + (long)(milliseconds * TimeSpan.TicksPerMillisecond));
        if (PeopleRetry && status >= 500 && _random.NextDouble() < 0.4)
        {
            SendAfter(2 + (3 * _random.NextDouble()), request with { IsLetIn = false });
        }
    }

    private string Reason(in ClientKey client) =>
        _lists.ReasonsOf(ListKind.Blacklist).TryGet(_lists.Identity.PrefixOf(client), out var record) ? $"{record.Rule}: {record.Detail}" : "";

    private sealed class NoJournal : IListJournal
    {
        public void Listed(ListingRecord record)
        {
        }

        public void Removed(RemovalRecord record)
        {
        }

        public void Cleared(ClearingRecord record)
        {
        }
    }
}
