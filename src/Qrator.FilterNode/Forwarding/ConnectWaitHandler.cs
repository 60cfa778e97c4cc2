using Qrator.FilterNode.Origins;

namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// Bounds how long a request waits for a place on a connection that others share, by the time of one attempt to connect and a second: an
/// attempt that fails tells so itself, and an origin that lets nobody in on the connections it has is left to this.
/// </summary>
internal sealed class ConnectWaitHandler : DelegatingHandler
{
    private readonly ConnectWaits _waits;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    public ConnectWaitHandler(HttpMessageHandler inner, ConnectWaits waits, TimeSpan patience, TimeProvider time)
        : base(inner)
    {
        _waits = waits;
        _patience = patience + TimeSpan.FromSeconds(1);
        _time = time;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var wait = new ConnectWait();
        request.Options.Set(ConnectWait.Key, wait);
        _waits.Add(wait);
        try
        {
            // Stays after the answer's head, because the token also ends the request's body; it ends with the request.
            cancellationToken.UnsafeRegister(static wait => ((ConnectWait)wait!).Cancel(), wait);
            await using var timer = _time.CreateTimer(
                static wait => ((ConnectWait)wait!).Fail(OriginFailure.ConnectTimeout), wait, _patience, Timeout.InfiniteTimeSpan);
            return await base.SendAsync(request, wait.Token);
        }
        catch (Exception) when (wait.Failure is not null)
        {
            throw new OriginConnectException(wait.Failure);
        }
        finally
        {
            wait.End();
            _waits.Remove(wait);
        }
    }
}
