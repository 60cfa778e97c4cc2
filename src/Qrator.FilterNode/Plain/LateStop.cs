using Microsoft.AspNetCore.Connections.Features;

namespace Qrator.FilterNode.Plain;

/// <summary>
/// Lets Kestrel hear that the node stops when it has read the request that has come whole before Kestrel knew of the connection, and not before: then it would
/// end the connection without an answer. Safe for any number of threads.
/// </summary>
internal sealed class LateStop : IConnectionLifetimeNotificationFeature
{
    private readonly IConnectionLifetimeNotificationFeature _stop;
    private readonly CancellationTokenSource _heard = new();

    public LateStop(IConnectionLifetimeNotificationFeature stop)
    {
        _stop = stop;
        ConnectionClosedRequested = _heard.Token;
    }

    /// <inheritdoc/>
    public CancellationToken ConnectionClosedRequested { get; set; }

    /// <inheritdoc/>
    public void RequestClose() => _stop.RequestClose();

    /// <summary>From now on it hears, also of what was before. To be called once.</summary>
    public void Listen() => _stop.ConnectionClosedRequested.UnsafeRegister(static heard => ((CancellationTokenSource)heard!).Cancel(), _heard);
}
