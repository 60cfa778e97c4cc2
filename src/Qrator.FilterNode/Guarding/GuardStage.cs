using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Guarding;

/// <summary>Puts the guard between a connection, out of TLS, and whoever reads its requests.</summary>
internal sealed class GuardStage
{
    private readonly Offenders _offenders;
    private readonly NodeClock _clock;
    private readonly RequestCounters _nobody;

    public GuardStage(Offenders offenders, NodeClock clock, RequestCounters nobody)
    {
        _offenders = offenders;
        _clock = clock;
        _nobody = nobody;
    }

    /// <summary>Guards a connection whose protocol is known.</summary>
    public void Pass(ConnectionContext connection, ConnectionFeature feature)
    {
        var transport = connection.Transport;
        var meter = feature.Meter = new(_nobody, sharesRequests: feature.BeginsWithPreface);
        IDuplexPipe guarded = feature.BeginsWithPreface
            ? new Http2Guard(transport, feature, meter, _offenders, _clock)
            : feature.Guard = new Http1Guard(transport, feature, meter, _offenders);
        connection.Transport = guarded;
    }
}
