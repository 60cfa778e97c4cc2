using System.Numerics;
using Qrator.FilterNode.Behavior.History;
using Qrator.FilterNode.Behavior.Sketches;
using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// What a service remembers and concludes. Everything but <see cref="Tick"/> and <see cref="Resize"/> may be called by any number of threads, allocates
/// nothing and waits for nothing but a spin lock held for some ten nanoseconds.
/// </summary>
internal sealed class Detector
{
    private const double SketchPart = 0.125;
    private const double WaitingPart = 0.0625;
    private const double BusiestPart = 0.001;
    private const float CrowdKeptATick = 0.9999f;
    private const float LeastRequests = 50;
    private const float LeastOrigin = 10_000;
    private const float LeastErrors = 20;
    private const int ClientSeconds = 10;

    // Some hundreds a second say as much about groups as all of them, and a busy service has no time to lose.
    private const double LookedAtASecond = 500;

    private readonly BehaviorTuning _tuning;
    private readonly LoadCounters _counters = new();
    private readonly GroupModel _groups;
    private readonly AttackWatch _watch;
    private readonly CrowdHistogram _requests = new();
    private readonly CrowdHistogram _origin = new();
    private readonly CrowdHistogram _errors = new();
    private readonly HyperLogLog _distinct = new();
    private readonly WaitingRequests _waiting;
    private ClientTable _clients;
    private Judgement _judgement = new();
    private long _distinctSince;

    /// <summary>An empty memory of up to <paramref name="bytes"/>.</summary>
    public Detector(long bytes, BehaviorTuning tuning)
    {
        _tuning = tuning;
        _groups = new((long)(bytes * SketchPart), tuning);
        _waiting = new((long)(bytes * WaitingPart));
        _clients = new(bytes - SketchBytes);
        _watch = new(tuning, _counters, _groups);
    }

    /// <summary>What the last tick has decided.</summary>
    public Judgement Judgement => Volatile.Read(ref _judgement);

    /// <summary>Why.</summary>
    public string Reason => _watch.Reason;

    /// <summary>Clients that are remembered.</summary>
    public ClientTable Clients => Volatile.Read(ref _clients);

    /// <summary>Bytes in use.</summary>
    public long Bytes => SketchBytes + Clients.Bytes;

    /// <summary>Requests whose groups were not counted for want of room.</summary>
    public long Overlooked => _waiting.Lost;

    /// <summary>About how many clients sent requests within some ten seconds.</summary>
    public double ActiveClients { get; private set; }

    /// <summary>Counters of the request path.</summary>
    public LoadCounters Counters => _counters;

    private long SketchBytes => _groups.Bytes + _waiting.Bytes;

    /// <summary>Gives the clients another amount of memory; the sketches keep theirs. For the thread that ticks.</summary>
    public void Resize(long bytes)
    {
        var clients = new ClientTable(bytes - SketchBytes);
        clients.CopyFrom(_clients, static client => TraitHash.Of(client));
        Volatile.Write(ref _clients, clients);
    }

    /// <summary>Says that <see cref="Arrive"/> will be called for a client in some ten nanoseconds: what it looks at begins to come into the caches.</summary>
    public void Expect(ulong hash)
    {
        Clients.Expect(hash);
        _waiting.Expect();
    }

    /// <summary>Counts a request that arrives.</summary>
    public ClientView Arrive(in ClientKey client, ulong hash, in RequestTraits traits, Judgement judgement, long now)
    {
        var isUsualPage = _groups.IsUsualPage(traits.Path);
        var standsFor = _waiting.OneIn(judgement.OneIn);
        var isLookedAt = standsFor == 1 || (TraitHash.Join(hash, (ulong)now) & (uint)(standsFor - 1)) == 0;
        _distinct.Add(hash);
        _counters.Add(LoadCounter.Arrived);
        var view = Clients.Arrive(client, hash, traits.Path, isUsualPage, now, judgement.OnsetOr(now));
        if (isLookedAt)
        {
            _waiting.Add(client, traits, view.Streak, standsFor, now);
        }

        if (judgement.Learns && view is { Tracked: true, Known: false, Requests: 1, UsualRequests: 0 })
        {
            _watch.Newcomers.Add(client, hash, now);
        }

        if (judgement.Learns)
        {
            _requests.Move(view.Requests - 1, view.Requests);
        }

        if (view.Requests > judgement.Requests && !view.Known)
        {
            // Crossing the line brings in what came before it.
            _counters.Add(LoadCounter.StandingRequests, view.Requests - 1 > judgement.Requests ? 1 : (long)view.Requests);
        }

        return view;
    }

    /// <summary>A request that arrived is not let in.</summary>
    /// <param name="client">Who sent it.</param>
    /// <param name="hash">The client's hash.</param>
    /// <param name="settledUntil">Until when nothing more is to be done about the client, in ticks; 0 for not at all.</param>
    public void Refuse(in ClientKey client, ulong hash, long settledUntil)
    {
        _counters.Add(LoadCounter.Refused);
        Clients.Refuse(client, hash, settledUntil);
    }

    /// <summary>Counts the end of a request that was let in.</summary>
    public void End(in ClientKey client, ulong hash, in RequestEnd end, long now)
    {
        var judgement = Judgement;

        // What the origin does to all alike is not held against a client.
        var held = judgement.State == BehaviorState.OriginIll && end.IsFailure ? end with { Aborted = true } : end;
        var change = Clients.End(client, hash, held, now, judgement.OnsetOr(now));
        _counters.Add(LoadCounter.Ended);
        if (end.IsError)
        {
            _counters.Add(LoadCounter.Errors);
        }

        if (judgement.Learns && change.Tracked)
        {
            _origin.Move(change.OriginBefore, change.OriginAfter);
            _errors.Move(change.ErrorsBefore, change.ErrorsAfter);
        }

        if (!change.Known)
        {
            CountStanding(LoadCounter.StandingOrigin, change.OriginBefore, change.OriginAfter, judgement.OriginMilliseconds);
            CountStanding(LoadCounter.StandingErrors, change.ErrorsBefore, change.ErrorsAfter, judgement.Errors);
        }
    }

    /// <summary>
    /// Whether enough is held against a tool that a request comes from to look closer at it. Takes longest of what is asked during an attack and says nothing
    /// of the client, so it is to be asked before <see cref="Arrive"/>, while the client is on its way from memory.
    /// </summary>
    public bool HasSuspectTool(Judgement judgement, in ClientKey client, in RequestTraits traits)
    {
        if (judgement.Scores.All.Count == 0)
        {
            return false;
        }

        _groups.ToolsOf(client, traits, out var groups);
        return Worst(judgement.Scores, groups.Keys, GroupKeys.ToolKinds) is { } tool && tool.LogRatio >= _tuning.ToolSupports;
    }

    /// <summary>What is held against a client during an attack; false for nothing.</summary>
    public bool Suspects(Judgement judgement, in ClientKey client, in RequestTraits traits, bool hasSuspectTool, in ClientView view, out Suspicion suspicion)
    {
        suspicion = default;
        if (view.Settled || (view.Known && judgement.BelievesKnown))
        {
            return false;
        }

        var requests = view.Known ? Math.Max(judgement.Requests, (float)_tuning.KnownFactor * view.UsualRequests) : judgement.Requests;
        if (view.Requests > requests)
        {
            suspicion = new(BehaviorKind.Requests, null, view.Requests, requests);
            return true;
        }

        if (view.Known)
        {
            return false;
        }

        if (view.OriginMilliseconds > judgement.OriginMilliseconds)
        {
            suspicion = new(BehaviorKind.OriginTime, null, view.OriginMilliseconds, judgement.OriginMilliseconds);
            return true;
        }

        if (view.Errors > judgement.Errors)
        {
            suspicion = new(BehaviorKind.Errors, null, view.Errors, judgement.Errors);
            return true;
        }

        return hasSuspectTool && !view.Browses && IsOfGroup(judgement.Scores, client, traits, view.Streak, out suspicion);
    }

    /// <summary>Time has gone by; see <see cref="AttackWatch.Tick"/>.</summary>
    public Judgement Tick(long now, TimeSpan timeOfDay, BehaviorFloorsConfig floors)
    {
        _requests.Decay(CrowdKeptATick);
        _origin.Decay(CrowdKeptATick);
        _errors.Decay(CrowdKeptATick);
        if (now - _distinctSince > ClientSeconds * TimeSpan.TicksPerSecond)
        {
            ActiveClients = _distinct.Estimate();
            _distinct.Clear();
            _distinctSince = now;
        }

        LookAtWaiting(Judgement);
        var judgement = _watch.Tick(Judgement, now, timeOfDay, floors, Clients) with
        {
            OneIn = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(_watch.Load.Requests.Value / LookedAtASecond, 1, 64)),
            Requests = Limit(_requests, LeastRequests),
            OriginMilliseconds = Limit(_origin, LeastOrigin),
            Errors = Limit(_errors, LeastErrors),
        };
        Volatile.Write(ref _judgement, judgement);
        return judgement;
    }

    /// <summary>What waits to be counted is not of interest. For the thread that ticks.</summary>
    public void ForgetWaiting()
    {
        for (var i = 0; i < _waiting.Capacity && _waiting.TryTake(out _); i++)
        {
        }
    }

    // What a request belongs to takes longer to count than all else that is done about it, and is not asked for before the next tick.
    private void LookAtWaiting(Judgement judgement)
    {
        for (var i = 0; i < _waiting.Capacity && _waiting.TryTake(out var request); i++)
        {
            var hash = TraitHash.Of(request.Client);
            _groups.ToolsOf(request.Client, request.Traits, out var groups);
            _groups.AddOthers(request.Traits, ref groups);
            groups.AskedInRow(request.Streak);
            _groups.Observe(groups.Keys, hash, judgement.Learns, request.StandsFor);
            Witness(judgement.Watched, groups.Keys, request.Client, hash, request.At);
        }
    }

    private static void Witness(KeyTable<GroupSample> watched, in GroupKeys keys, in ClientKey client, ulong hash, long now)
    {
        for (var kind = 0; kind < GroupKeys.Kinds; kind++)
        {
            watched.Find(keys[kind])?.Add(client, hash, now);
        }
    }

    private bool IsOfGroup(GroupScores scores, in ClientKey client, in RequestTraits traits, int streak, out Suspicion suspicion)
    {
        suspicion = default;
        _groups.ToolsOf(client, traits, out var groups);
        _groups.AddOthers(traits, ref groups);

        // The requests before this one, for the same page, may have come before it was known what is to be held against them.
        for (var inRow = streak; inRow > 0; inRow--)
        {
            groups.AskedInRow(inRow);
            var worst = Worst(scores, groups.Keys);
            if (worst?.LogRatio >= _tuning.ListsAt)
            {
                suspicion = new(BehaviorKind.Group, worst, 0, 0);
                return true;
            }
        }

        return false;
    }

    private static GroupScore? Worst(GroupScores scores, in GroupKeys keys, int kinds = GroupKeys.Kinds)
    {
        GroupScore? worst = null;
        for (var kind = 0; kind < kinds; kind++)
        {
            if (scores.Find(keys[kind]) is { } score && (worst is null || score.LogRatio > worst.LogRatio))
            {
                worst = score;
            }
        }

        return worst;
    }

    private float Limit(CrowdHistogram crowd, float least) => Math.Max(least, crowd.Exceeded(BusiestPart)) * (float)_tuning.CrowdFactor;

    private void CountStanding(LoadCounter counter, float before, float after, float limit)
    {
        if (after > limit)
        {
            _counters.Add(counter, (long)(before > limit ? after - before : after));
        }
    }
}
