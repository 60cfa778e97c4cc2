using System.Numerics;
using Qrator.FilterNode.Behavior.Sketches;
using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// Which groups there are usually, which of late, and which now. A group stands out by the ratio of its part of the excess to its part of the usual
/// traffic: a likelihood ratio, of which <see cref="BehaviorTuning.Evidence"/> says how large it must be. What is usual has a long memory (an hour)
/// and a short one (two minutes), of which the larger counts, so that a peak that began before the attack is no surprise; both get to see traffic
/// only when it is 15 to 30 seconds old and no attack has been noticed since. What a request belongs to may be asked by
/// any number of threads, the rest is for one.
/// </summary>
internal sealed class GroupModel
{
    private const int Keys = 256;
    private const double Rare = 0.0001;
    private const ulong RareToken = 3;
    private const float LeastClients = 8;
    private const double EnoughExplained = 0.8;
    private const double LeastPart = 0.05;
    private const double SliceSeconds = 15;
    private const double HalfWindow = 2;

    private static readonly GroupKind[] WideKinds =
        [GroupKind.RareTool, GroupKind.HeaderOrder, GroupKind.Prefix, GroupKind.Country, GroupKind.RareToolOnPage, GroupKind.HeaderOrderOnPage];

    private readonly BehaviorTuning _tuning;
    private readonly SpaceSaving[] _now = [.. Enumerable.Range(0, GroupKeys.Kinds).Select(_ => new SpaceSaving(Keys))];
    private readonly CountMin _usual;
    private readonly CountMin _lately;
    private CountMin _pending;
    private CountMin _slice;
    private double _latelySeconds;
    private double _sliceAge;
    private double _turnAge;
    private double _mass;
    private double _windowSeconds;

    /// <summary>Sketches that take up to <paramref name="bytes"/>, and some 200 KB at least.</summary>
    public GroupModel(long bytes, BehaviorTuning tuning)
    {
        _tuning = tuning;
        const int Sketches = 4;
        var cells = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(bytes / (2 * Sketches * sizeof(float)), 1 << 12, 1 << 18));
        (_usual, _lately, _pending, _slice) = (new(cells), new(cells), new(cells), new(cells));
    }

    /// <summary>Bytes of the sketches.</summary>
    public long Bytes => (4 * _usual.Bytes) + _now.Sum(kind => kind.Bytes);

    /// <summary>Requests a second of late, without those of the last 15 to 30 seconds.</summary>
    public double LatelyRate => _latelySeconds > 0 ? _lately.Mass / _latelySeconds : 0;

    /// <summary>Requests of the window that is now.</summary>
    public double Mass => _mass;

    /// <summary>The requests above those of late, in the window that is now.</summary>
    public double Excess => Math.Max(0, _mass - (LatelyRate * _windowSeconds));

    /// <summary>A number of the window that is now as a rate a second.</summary>
    public double Rate(double mass) => _windowSeconds > 0 ? mass / _windowSeconds : 0;

    /// <summary>The groups that a request belongs to by its tool alone (<see cref="GroupKeys.ToolKinds"/>), and its agent.</summary>
    /// <param name="client">Who sent it.</param>
    /// <param name="traits">What it looks like.</param>
    /// <param name="groups">The groups.</param>
    public void ToolsOf(in ClientKey client, in RequestTraits traits, out RequestGroups groups)
    {
        groups = default;
        groups.Keys[GroupKeys.Agent] = GroupKeys.Salt(traits.Agent, GroupKeys.Agent);
        groups.SetKey(GroupKind.HeaderOrder, traits.HeaderOrder);
        groups.Keys[(int)GroupKind.Prefix] = PrefixKey(client);

        var presence = (traits.HasCookie ? 1UL : 0) | (traits.RefererSite != 0 ? 2UL : 0);
        var agent = IsRare(groups.Keys[GroupKeys.Agent]) ? RareToken : traits.Agent;
        var order = IsRare(groups.Keys[(int)GroupKind.HeaderOrder]) ? RareToken : traits.HeaderOrder;
        groups.Tool = TraitHash.Join(TraitHash.Join(traits.Agent, traits.HeaderOrder), presence);
        groups.RareTool = TraitHash.Join(TraitHash.Join(agent, order), presence);
        groups.Order = TraitHash.Join(order, presence);
        groups.SetKey(GroupKind.Tool, groups.Tool);
        groups.SetKey(GroupKind.RareTool, groups.RareTool);
    }

    /// <summary>And by all else, but for those on a page; see <see cref="RequestGroups.AskedInRow"/>.</summary>
    /// <param name="traits">What it looks like.</param>
    /// <param name="groups">Its groups by tool; gets the others.</param>
    public void AddOthers(in RequestTraits traits, ref RequestGroups groups)
    {
        groups.Keys[GroupKeys.Page] = GroupKeys.Salt(traits.Path, GroupKeys.Page);
        groups.SetKey(GroupKind.Country, TraitHash.Join((ulong)traits.Country, traits.HeaderOrder));
        groups.SitePage = TraitHash.Join(traits.Path, traits.RefererSite);
        groups.Page = IsUsualPage(traits.Path) ? traits.Path : RareToken;
    }

    /// <summary>Counts the groups of a request, which stands for <paramref name="weight"/> where only one in so many is looked at.</summary>
    public void Observe(in GroupKeys keys, ulong clientHash, bool learns, float weight)
    {
        for (var kind = 0; kind < GroupKeys.Kinds; kind++)
        {
            _now[kind].Add(keys[kind], (int)(clientHash >> 20) & 63, weight);
        }

        if (learns)
        {
            for (var i = 0; i < GroupKeys.Count; i++)
            {
                _slice.Add(keys[i], weight);
            }
        }
    }

    /// <summary>Time has gone by with so many requests, of which <see cref="Observe"/> has seen a fair part.</summary>
    public void Advance(double seconds, long requests, bool learns)
    {
        _mass += requests;
        _windowSeconds += seconds;
        if (learns)
        {
            _slice.Mass += requests;
            _sliceAge += seconds;
            if (_sliceAge >= SliceSeconds)
            {
                TurnSlice();
            }
        }
    }

    /// <summary>Lets what is now fade by the time that has gone by; to be called last in a tick.</summary>
    public void Fade(double seconds)
    {
        var kept = (float)Math.Pow(0.5, seconds / HalfWindow);
        foreach (var kind in _now)
        {
            kind.Decay(kept);
        }

        _mass *= kept;
        _windowSeconds *= kept;
        if ((_turnAge += seconds) >= HalfWindow)
        {
            _turnAge = 0;
            foreach (var kind in _now)
            {
                kind.TurnClients();
            }
        }
    }

    /// <summary>What was seen in the last 15 to 30 seconds will not count as usual: it was an attack already.</summary>
    public void DropUnlearned()
    {
        _slice.Clear();
        _pending.Clear();
        _sliceAge = 0;
    }

    /// <summary>Forgets what is now; what is usual stays.</summary>
    public void ForgetNow()
    {
        foreach (var kind in _now)
        {
            kind.Decay(0);
        }

        (_mass, _windowSeconds) = (0, 0);
        DropUnlearned();
    }

    /// <summary>
    /// The groups that are more than they should be. Where tools by themselves account for the excess, and for enough to list their clients, wider
    /// groups are not looked at: what is held against one tool is not to fall on others that are only as rare, or from the same place.
    /// </summary>
    /// <param name="leastExcess">Requests of the window that the excess is taken to be at least; keeps small noise from looking like all of it.</param>
    /// <param name="found">Gets key and score of each.</param>
    public void Compare(double leastExcess, Dictionary<ulong, GroupScore> found)
    {
        if (CompareKinds([GroupKind.Tool, GroupKind.ToolOnPage], leastExcess, found) < EnoughExplained)
        {
            CompareKinds(WideKinds, leastExcess, found);
        }
    }

    /// <summary>What groups of one kind of tool that stand out account for.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="amount">What a group accounts for, such as its requests.</param>
    public double Outstanding(IEnumerable<GroupScore> groups, Func<GroupScore, double> amount)
    {
        Span<double> kinds = stackalloc double[GroupKeys.ToolKinds];
        kinds.Clear();
        foreach (var group in groups)
        {
            if ((int)group.Kind < GroupKeys.ToolKinds && group.LogRatio >= _tuning.ToolStandsOut)
            {
                kinds[(int)group.Kind] += amount(group);
            }
        }

        var most = 0.0;
        foreach (var surplus in kinds)
        {
            most = Math.Max(most, surplus);
        }

        return most;
    }

    /// <summary>Whether the site's visitors ask for a page.</summary>
    /// <param name="path">The method and the shape of the path.</param>
    public bool IsUsualPage(ulong path) => !IsRare(GroupKeys.Salt(path, GroupKeys.Page));

    // Gives the part of the excess that is explained well enough to list by.
    private double CompareKinds(ReadOnlySpan<GroupKind> kinds, double leastExcess, Dictionary<ulong, GroupScore> found)
    {
        var explained = 0.0;
        foreach (var kind in kinds)
        {
            var groups = Surpluses(_now[(int)kind]);
            var all = Math.Max(Math.Max(Excess, leastExcess), groups.Sum(group => group.Surplus));
            var listed = 0.0;
            foreach (var group in groups.Where(group => group.Surplus >= LeastPart * all))
            {
                var ratio = Math.Log(group.Surplus / all / group.UsualShare);
                listed += ratio >= _tuning.ListsAt ? group.Surplus : 0;
                if (ratio >= 1)
                {
                    found[group.Key] = new(kind, (float)ratio, (float)group.Surplus, (float)(group.Count / Math.Max(_mass, group.Count)), (float)group.UsualShare, group.Clients);
                }
            }

            explained = all > 0 ? Math.Max(explained, listed / all) : explained;
        }

        return explained;
    }

    private static ulong PrefixKey(in ClientKey client) =>
        GroupKeys.Salt(TraitHash.Of(client.Prefix(client.IsIPv4 ? 120 : 48)), (int)GroupKind.Prefix);

    private bool IsRare(ulong key) => _usual.IsRarer(key, Rare) && (_lately.Mass <= 0 || _lately.Estimate(key) < Rare * _lately.Mass);

    private double LatelyShare(ulong key) => _lately.Mass > 0 ? _lately.Estimate(key) / _lately.Mass : 0;

    private List<(ulong Key, double Surplus, double UsualShare, float Count, float Clients)> Surpluses(SpaceSaving kind)
    {
        var usualMass = Math.Min(_mass, LatelyRate * _windowSeconds);
        var groups = new List<(ulong, double, double, float, float)>();
        for (var place = 0; place < kind.Capacity; place++)
        {
            var (key, count, clients) = kind.At(place);
            if (count < LeastClients || clients < LeastClients)
            {
                continue;
            }

            // Requests come in bunches, one a client, so the spread is that of a compound Poisson distribution.
            var usualShare = Math.Min(1, Math.Max(_usual.Share(key), LatelyShare(key)));
            var expected = usualShare * usualMass;
            var bunch = Math.Max(1, count / clients);
            if (count - expected > 8 + (5 * Math.Sqrt(expected * bunch)))
            {
                groups.Add((key, count - expected, usualShare, count, clients));
            }
        }

        return groups;
    }

    private void TurnSlice()
    {
        var keptLately = (float)Math.Pow(0.5, SliceSeconds / 120);
        if (_pending.Mass > 0)
        {
            _latelySeconds = (_latelySeconds * keptLately) + SliceSeconds;
            _lately.DecayAndMerge(keptLately, _pending);
            _usual.DecayAndMerge((float)Math.Pow(0.5, SliceSeconds / 3600), _pending);
        }

        _pending.Clear();
        (_pending, _slice) = (_slice, _pending);
        _sliceAge = 0;
    }
}
