using System.Diagnostics.CodeAnalysis;

namespace Qrator.FilterNode.Lists;

/// <summary>The causes of one list by number. Numbers of retired causes are used again once no entry has them. Safe for several threads.</summary>
internal sealed class CauseTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(ListSource Source, string Rule), ListingCause> _inForce = [];
    private readonly Stack<ushort> _free = [];
    private ListingCause?[] _causes = new ListingCause?[8];
    private int _next;

    /// <summary>The cause with this number.</summary>
    public ListingCause this[ushort index] => Volatile.Read(ref _causes)[index]!;

    /// <summary>The one cause for this source and rule, made when it is not there. Fails only with more than 65,536 at once.</summary>
    public ListingCause GetOrAdd(ListSource source, string rule)
    {
        lock (_lock)
        {
            if (_inForce.TryGetValue((source, rule), out var cause))
            {
                return cause;
            }

            var index = _free.TryPop(out var used) ? used : checked((ushort)_next++);
            if (index == _causes.Length)
            {
                var larger = new ListingCause?[_causes.Length * 2];
                _causes.CopyTo(larger, 0);
                Volatile.Write(ref _causes, larger);
            }

            cause = new(source, rule, index);
            _causes[index] = cause;
            _inForce.Add((source, rule), cause);
            return cause;
        }
    }

    /// <summary>The cause for this source and rule if it is in force; sources that have no rules always are.</summary>
    public bool TryGet(ListSource source, string rule, [NotNullWhen(true)] out ListingCause? cause)
    {
        if (!IsOfRule(source))
        {
            cause = GetOrAdd(source, rule);
            return true;
        }

        lock (_lock)
        {
            return _inForce.TryGetValue((source, rule), out cause);
        }
    }

    /// <summary>Retires every cause of the configuration's filters that is not in <paramref name="kept"/>, and returns those.</summary>
    public IReadOnlyList<ListingCause> Retire(IReadOnlySet<ListingCause> kept)
    {
        lock (_lock)
        {
            var gone = _inForce.Values
                .Where(cause => IsOfRule(cause.Source) && !kept.Contains(cause))
                .ToList();
            foreach (var cause in gone)
            {
                cause.Retire();
                _inForce.Remove((cause.Source, cause.Rule));
            }

            return gone;
        }
    }

    private static bool IsOfRule(ListSource source) => source is ListSource.Header or ListSource.Geo or ListSource.Rule;

    /// <summary>Makes the numbers of retired causes usable again. MUST be called only when no entry refers to them any more.</summary>
    public void Free(IReadOnlyList<ListingCause> retired)
    {
        lock (_lock)
        {
            foreach (var cause in retired)
            {
                _free.Push(cause.Index);
            }
        }
    }
}
