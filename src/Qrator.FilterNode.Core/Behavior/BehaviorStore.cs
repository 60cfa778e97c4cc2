using Qrator.FilterNode.Behavior.History;
using Qrator.FilterNode.Behavior.Judging;
using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Behavior;

/// <summary>
/// Automatic detection for one service; lives as long as the service. Requests are counted when they arrive and when they end, a tick every half
/// second decides, and the requests after it are judged by that. Safe for any number of threads, but for <see cref="Tick"/>, which one thread at a time
/// calls. Nothing but listing a client, and the first request of all, allocates.
/// </summary>
public sealed class BehaviorStore
{
    /// <summary>How often <see cref="Tick"/> is to be called.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    private const int NoMode = -1;
    private static readonly TimeSpan ShadowTime = TimeSpan.FromHours(24);
    private static readonly TimeSpan ForgivenTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PendingTime = TimeSpan.FromSeconds(5);

    private readonly ServiceLists _lists;
    private readonly BehaviorTuning _tuning;
    private readonly Lock _making = new();
    private readonly EntryBudget _budget = new();
    private readonly BehaviorCounters _counters = new();
    private readonly BehaviorNews _news;
    private BehaviorSettings? _settings;
    private ClientLimits? _limits;
    private Detector? _detector;
    private long _sizedFor;
    private long _firstSeen;
    private volatile int _modeOverride = NoMode;
    private volatile int _mode;
    private volatile bool _isActive;
    private int _toldMode = NoMode;
    private bool _hadCauses = true;

    /// <summary>Detection that is off until it is configured.</summary>
    public BehaviorStore(ServiceLists lists)
        : this(lists, new())
    {
    }

    internal BehaviorStore(ServiceLists lists, BehaviorTuning tuning)
    {
        _lists = lists;
        _tuning = tuning;
        _news = new(_counters);
    }

    /// <summary>The causes that detection lists clients by, in the mode and with the limits in force; entries by others are to end.</summary>
    public IEnumerable<ListingCause> Causes => Enum.GetValues<BehaviorKind>()
        .Where(kind => kind == BehaviorKind.ErrorShare ? _settings is { Service.Limits.ErrorShare: > 0 } : Mode != BehaviorMode.Off)
        .Select(CauseOf);

    /// <summary>What user rules ask before they act on a status or a duration.</summary>
    public OriginGuard OriginGuard { get; } = new();

    /// <summary>Who knows the search engines; null for nobody, and then clients that call themselves one are treated like all others.</summary>
    public ISearchEngines? SearchEngines { get; set; }

    /// <summary>
    /// When the service was first seen, for the 24 hours of shadow; kept by the host over restarts. The first <see cref="Tick"/> sets it when nobody has.
    /// </summary>
    public DateTimeOffset? FirstSeen
    {
        get => Volatile.Read(ref _firstSeen) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        set => Volatile.Write(ref _firstSeen, value?.UtcTicks ?? 0);
    }

    /// <summary>Until when a service without a mode is in shadow; null when it has a mode.</summary>
    public DateTimeOffset? ShadowUntil => ModeOverride is null && _settings is { Service.Mode: null } ? FirstSeen + ShadowTime : null;

    /// <summary>The mode that an operator has set; null for the configured one. Takes effect at once.</summary>
    public BehaviorMode? ModeOverride
    {
        get => _modeOverride == NoMode ? null : (BehaviorMode)_modeOverride;
        set
        {
            lock (_making)
            {
                _modeOverride = (int?)value ?? NoMode;
                if (_settings is { } settings)
                {
                    SetMode(ModeOverride ?? settings.Service.Mode ?? BehaviorMode.Shadow);
                    _ = Causes.Count();
                }
            }
        }
    }

    /// <summary>The mode that the configuration names; null for Shadow in the first 24 hours of the service and then On.</summary>
    public BehaviorMode? ConfiguredMode => _settings?.Service.Mode;

    /// <summary>The mode in force.</summary>
    public BehaviorMode Mode => (BehaviorMode)_mode;

    /// <summary>How the service is doing.</summary>
    public BehaviorState State => _detector?.Judgement.State ?? BehaviorState.Calm;

    /// <summary>Why, in words and numbers.</summary>
    public string Reason => _detector?.Reason ?? "nothing seen yet";

    /// <summary>What detection has done.</summary>
    public BehaviorCounters Counters => _counters;

    /// <summary>Clients that are remembered.</summary>
    public int TrackedClients => _detector?.Clients.Tracked ?? 0;

    /// <summary>Those with a calm history.</summary>
    public int KnownClients => _detector?.Clients.Known ?? 0;

    /// <summary>Bytes in use; fixed from the first request on.</summary>
    public long Bytes => _detector?.Bytes ?? 0;

    /// <summary>Requests that detection has not counted in their groups, because more came between two ticks than it can look at.</summary>
    public long Overlooked => _detector?.Overlooked ?? 0;

    /// <summary>The buckets of the limits, for sweeping and display.</summary>
    public IEnumerable<(string Limit, RateLimits.BucketStore Buckets)> AllBuckets => _limits?.AllBuckets ?? [];

    /// <summary>Takes a configuration. What was learned stays.</summary>
    public void Configure(BehaviorSettings settings)
    {
        lock (_making)
        {
            _limits = new(settings.Service.Limits, settings.LimitedClients, _limits);
            _settings = settings;
            SetMode(ModeOverride ?? settings.Service.Mode ?? (BehaviorMode)Math.Max(_mode, (int)BehaviorMode.Shadow));
        }
    }

    /// <summary>
    /// Counts and judges a request that no list and no whitelist rule has decided about. A request that passes MUST come to <see cref="AtEnd"/> exactly once;
    /// one that does not pass MUST NOT.
    /// </summary>
    /// <param name="client">Who sent it.</param>
    /// <param name="request">The request.</param>
    /// <param name="headerOrder">A hash of the names of its headers in their order; 0 when not known.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <returns>Pass, drop (the client is on the blacklist from now on), or reject as excess of a limit.</returns>
    public Verdict AtArrival<TRequest>(in ClientKey client, in TRequest request, ulong headerOrder, long now)
        where TRequest : struct, IRequestView, allows ref struct
    {
        if (!_isActive)
        {
            return Verdict.Pass;
        }

        var detector = _detector ?? MakeDetector();
        var judgement = detector.Judgement;
        var hash = TraitHash.Of(client);
        detector.Expect(hash);
        var traits = RequestTraits.Of(request, headerOrder);
        var isAttack = judgement.State == BehaviorState.Attack && Mode != BehaviorMode.Off;
        var hasSuspectTool = isAttack && detector.HasSuspectTool(judgement, client, traits);
        var view = detector.Arrive(client, hash, traits, judgement, now);
        if (_limits!.IsExcess(client, view, now, out var excess))
        {
            _counters.CountLimited();
            detector.Refuse(client, hash, 0);
            return excess;
        }

        if (_limits.HasTooManyErrors(view) && !view.Settled && judgement.State != BehaviorState.OriginIll)
        {
            return List(detector, client, hash, view, new(BehaviorKind.ErrorShare, null, view.ErrorShare, _limits.ErrorShare), request, now);
        }

        return isAttack && detector.Suspects(judgement, client, traits, hasSuspectTool, view, out var suspicion)
            ? List(detector, client, hash, view, suspicion, request, now)
            : Verdict.Pass;
    }

    /// <summary>Counts the end of a request that <see cref="AtArrival"/> let in.</summary>
    public void AtEnd(in ClientKey client, in RequestEnd end, long now)
    {
        if (_isActive && _detector is { } detector)
        {
            var hash = TraitHash.Of(client);
            detector.Clients.Expect(hash);
            _limits!.CountOrigin(client, end.OriginMilliseconds, now);
            detector.End(client, hash, end, now);
        }
    }

    /// <summary>Counts a request that was dropped because its client is on the blacklist: it is no load, but it says that an attack is not over.</summary>
    public void AtDrop()
    {
        if (_isActive && _detector is { } detector)
        {
            detector.Counters.Add(LoadCounter.Stopped);
        }
    }

    /// <summary>What is remembered of a client; null for nothing. For people: takes a lock for a moment.</summary>
    public ClientRecord? Find(in ClientKey client, long now)
    {
        var onset = _detector?.Judgement.OnsetOr(now) ?? now;
        return _detector is { } detector && detector.Clients.TryGet(client, TraitHash.Of(client), now, out var entry)
            ? new(
                entry.IsKnown(onset), entry.Browses, entry.Requests, (int)entry.UsualRequests, (int)entry.OriginMilliseconds, entry.Errors,
                (long)entry.Bytes, entry.InFlight, entry.Ends == 0 ? 0 : (double)entry.ErrorEnds / entry.Ends)
            : null;
    }

    /// <summary>An operator took the client off a list: its buckets are empty, and for five minutes nothing is held against it.</summary>
    public void Forgive(in ClientKey client, long now)
    {
        _detector?.Clients.Settle(client, TraitHash.Of(client), now + ForgivenTime.Ticks);
        foreach (var (_, buckets) in AllBuckets)
        {
            buckets.Remove(client, now);
        }
    }

    /// <summary>
    /// Decides about the half second that has gone by. Takes some hundred microseconds; not for a request thread. Steps of the wall clock do no harm; a step of
    /// the node's clock over 5 seconds is taken for a pause, after which it looks for a second before it judges.
    /// </summary>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="utcNow">The wall clock, for the time of day and the first 24 hours.</param>
    /// <returns>What belongs into the log, at most a few lines a minute.</returns>
    public IReadOnlyList<BehaviorReport> Tick(long now, DateTimeOffset utcNow)
    {
        if (_settings is not { } settings)
        {
            return [];
        }

        FirstSeen ??= utcNow;
        lock (_making)
        {
            SetMode(ModeOverride ?? settings.Service.Mode ?? (utcNow - FirstSeen < ShadowTime ? BehaviorMode.Shadow : BehaviorMode.On));
        }

        var news = NewsOfMode();
        if (_detector is not { } detector || !(Mode != BehaviorMode.Off || settings.Guards))
        {
            _detector?.ForgetWaiting();
            OriginGuard.IsOriginIll = false;
            return news;
        }

        Resize(detector, settings.MemoryBytes);
        var before = detector.Judgement;
        var after = detector.Tick(now, utcNow.TimeOfDay, settings.Service.Floors);
        OriginGuard.IsOriginIll = after.State == BehaviorState.OriginIll;
        if (before.State != BehaviorState.Attack && after.State == BehaviorState.Attack)
        {
            _budget.BeginAttack();
        }

        return [.. news, .. _news.Of(before.State, after.State, detector, Mode, OriginGuard.Suspended, now)];
    }

    /// <summary>
    /// Whether a cause is no more in force since this was asked last, so that its entries are to end. For the thread that ticks.
    /// </summary>
    public bool HasLapsed()
    {
        var (had, has) = (_hadCauses, Mode != BehaviorMode.Off);
        _hadCauses = has;
        return had && !has;
    }

    private Verdict List<TRequest>(
        Detector detector, in ClientKey client, ulong hash, in ClientView view, in Suspicion suspicion, in TRequest request, long now)
        where TRequest : struct, IRequestView, allows ref struct
    {
        var settings = _settings!;
        var kind = suspicion.Kind;
        var ttl = settings.Service.Ttl.Of(kind);
        var shadow = kind != BehaviorKind.ErrorShare && Mode != BehaviorMode.On;
        if (IsSearchEngine(client, request) is { } standing && standing != SearchEngineStanding.Impostor)
        {
            detector.Clients.Settle(client, hash, now + (standing == SearchEngineStanding.Pending ? PendingTime : ttl).Ticks);
            return Verdict.Pass;
        }

        if (!_budget.TryTake(kind, view.Known, now, settings.Budget.EntriesPerMinute, detector.Clients.Known * settings.Budget.KnownClientsPercent / 100))
        {
            _counters.CountSuppressed(kind);
            detector.Clients.Settle(client, hash, now + PendingTime.Ticks);
            return Verdict.Pass;
        }

        detector.Clients.Discredit(client, hash);
        if (shadow)
        {
            _counters.CountShadow(kind);
            detector.Clients.Settle(client, hash, now + ttl.Ticks);
            return Verdict.Pass;
        }

        var listing = _lists.Put(ListKind.Blacklist, client, CauseOf(kind), now, ttl, arrived: now);
        if (listing.Result == AddResult.Refused)
        {
            detector.Clients.Settle(client, hash, now + PendingTime.Ticks);
            return Verdict.Pass;
        }

        if (listing.Changed)
        {
            _counters.CountListed(kind);
            _lists.Report(listing, suspicion.Explain(), request.RequestId);
        }

        detector.Refuse(client, hash, 0);
        return Verdict.DropBlacklisted;
    }

    // Not kept: a cause that was taken out of force is another one when it is in force again.
    private ListingCause CauseOf(BehaviorKind kind) => _lists.Blacklist.CauseOf(ListSource.Behavior, BehaviorKindName.Of(kind));

    private SearchEngineStanding? IsSearchEngine<TRequest>(in ClientKey client, in TRequest request)
        where TRequest : struct, IRequestView, allows ref struct =>
        SearchEngines is { } engines && request.TryGetText(TextProperty.UserAgent, null, out var agent) && SearchEngineClaim.IsIn(agent)
            ? engines.StandingOf(client, request.Address)
            : null;

    private void SetMode(BehaviorMode mode)
    {
        _mode = (int)mode;
        _isActive = mode != BehaviorMode.Off || _limits is { Any: true } || _settings is { Guards: true };
        OriginGuard.IsEnabled = _settings is { Service.OriginGuard: true };
    }

    private IReadOnlyList<BehaviorReport> NewsOfMode()
    {
        var (told, mode) = (_toldMode, _mode);
        _toldMode = mode;
        return told == NoMode || told == mode ? [] : [new(BehaviorEvent.ModeChanged, $"from {(BehaviorMode)told} to {(BehaviorMode)mode}{WhyOfMode()}")];
    }

    private string WhyOfMode() =>
        ModeOverride is not null ? ", set by behavior_mode_set" : ConfiguredMode is not null ? ", as configured" : Mode == BehaviorMode.On ? ", 24 hours after the service was first seen" : "";

    private Detector MakeDetector()
    {
        lock (_making)
        {
            if (_detector is null)
            {
                _sizedFor = _settings!.MemoryBytes;
                _detector = new(_sizedFor, _tuning);
            }

            return _detector;
        }
    }

    // A part of the memory changes only when services come or go; a little more or less is not worth a copy.
    private void Resize(Detector detector, long bytes)
    {
        if (Math.Abs(_sizedFor - bytes) > bytes / 8)
        {
            _sizedFor = bytes;
            detector.Resize(bytes);
        }
    }
}
