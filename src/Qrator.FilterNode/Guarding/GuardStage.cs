using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Guarding;

/// <summary>Puts the guard between a connection, out of TLS, and Kestrel's HTTP.</summary>
internal sealed class GuardStage
{
    private readonly ConnectionDelegate _next;
    private readonly Offenders _offenders;
    private readonly NodeClock _clock;
    private readonly RequestCounters _nobody;

    public GuardStage(ConnectionDelegate next, Offenders offenders, NodeClock clock, RequestCounters nobody)
    {
        _next = next;
        _offenders = offenders;
        _clock = clock;
        _nobody = nobody;
    }

    public Task OnConnectionAsync(ConnectionContext connection)
    {
        var feature = connection.Features.Get<ConnectionFeature>()!;
        var transport = connection.Transport;
        var meter = feature.Meter = new(_nobody, sharesRequests: feature.BeginsWithPreface);
        IDuplexPipe guarded = feature.BeginsWithPreface
            ? new Http2Guard(transport, feature, meter, _offenders, _clock)
            : feature.Guard = new Http1Guard(transport, feature, meter, _offenders);
        connection.Transport = guarded;
        return _next(connection);
    }
}
