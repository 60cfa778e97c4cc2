namespace Qrator.FilterNode.Origins;

/// <summary>
/// One request's hold on its origin. MUST be disposed when the request has left the origin; further disposals do nothing. Not to be copied,
/// only to be handed on. Safe for several threads.
/// </summary>
public struct OriginLease : IDisposable
{
    private const int Taken = 0;
    private const int OnConnection = 1;
    private const int Given = 2;

    private readonly int _probe;
    private int _state;

    internal OriginLease(OriginSnapshot origin, int probe)
    {
        Origin = origin;
        _probe = probe;
        origin.Store.Begin();
    }

    /// <summary>The origin chosen.</summary>
    public OriginSnapshot Origin { get; }

    /// <summary>Whether the request is the one that finds out if the origin is back.</summary>
    public readonly bool IsProbe => _probe != 0;

    /// <summary>The request has a connection: it no longer counts among those that wait for one. More calls do nothing.</summary>
    public void Sent()
    {
        if (Interlocked.CompareExchange(ref _state, OnConnection, Taken) == Taken)
        {
            Origin.Store.Sent();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var state = Interlocked.Exchange(ref _state, Given);
        if (state == Given)
        {
            return;
        }

        Origin.Store.End(wasSent: state == OnConnection);
        if (_probe != 0)
        {
            Origin.Store.Health.EndProbe(_probe);
        }
    }
}
