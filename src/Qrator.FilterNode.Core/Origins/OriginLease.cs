namespace Qrator.FilterNode.Origins;

/// <summary>One request's hold on its origin. MUST be disposed when the request has left the origin; further disposals do nothing. Not to be copied.</summary>
public struct OriginLease : IDisposable
{
    private readonly int _probe;
    private bool _given;

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

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_given)
        {
            return;
        }

        _given = true;
        Origin.Store.End();
        if (_probe != 0)
        {
            Origin.Store.Health.EndProbe(_probe);
        }
    }
}
