using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Guarding;

/// <summary>Puts the guard between a connection, out of TLS, and Kestrel's HTTP.</summary>
internal sealed class GuardStage
{
    private readonly ConnectionDelegate _next;
    private readonly Offenders _offenders;
    private readonly NodeClock _clock;

    public GuardStage(ConnectionDelegate next, Offenders offenders, NodeClock clock)
    {
        _next = next;
        _offenders = offenders;
        _clock = clock;
    }

    public Task OnConnectionAsync(ConnectionContext connection)
    {
        var feature = connection.Features.Get<ConnectionFeature>()!;
        var transport = connection.Transport;
        IDuplexPipe guarded = feature.BeginsWithPreface
            ? new Http2Guard(transport, feature, _offenders, _clock)
            : feature.Guard = new Http1Guard(transport, feature, _offenders);
        connection.Transport = guarded;
        return _next(connection);
    }
}
