namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// A request's wait for a place on a connection that others share. It ends when the request is sent, or fails before; what was sent
/// cannot fail by it any more. Safe for any number of threads.
/// </summary>
internal sealed class ConnectWait
{
    /// <summary>Where the parts of the HTTP client find the wait of a request.</summary>
    public static readonly HttpRequestOptionsKey<ConnectWait> Key = new("connect-wait");

    private readonly CancellationTokenSource _cancel = new();
    private int _over;

    /// <summary>Ends what waits, when the wait has failed or the request was cancelled.</summary>
    public CancellationToken Token => _cancel.Token;

    /// <summary>Why it failed: a word of <see cref="Origins.OriginFailure"/>; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>The request is being sent, or is over.</summary>
    public void End() => Interlocked.Exchange(ref _over, 1);

    /// <summary>Nobody wants the answer any more.</summary>
    public void Cancel() => _cancel.Cancel();

    /// <summary>No connection came about. Nothing happens when the wait has ended.</summary>
    /// <param name="reason">A word of <see cref="Origins.OriginFailure"/>.</param>
    public void Fail(string reason)
    {
        if (Interlocked.Exchange(ref _over, 1) == 0)
        {
            Failure = reason;
            _cancel.Cancel();
        }
    }
}
