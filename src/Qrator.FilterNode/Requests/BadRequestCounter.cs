using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Guarding;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Requests;

/// <summary>Counts what Kestrel refuses before the first stage sees it. Such a request belongs to no service.</summary>
internal sealed class BadRequestCounter : IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private readonly NodeStore _store;
    private readonly Offenders _offenders;
    private readonly IDisposable _subscription;

    public BadRequestCounter(DiagnosticListener source, NodeStore store, Offenders offenders)
    {
        _store = store;
        _offenders = offenders;
        _subscription = source.Subscribe(this, static name => name == Event);
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        // A request that reached the first stage is counted there; Kestrel speaks of its body.
        if (value.Key != Event || value.Value is not IFeatureCollection features || features.Get<RequestFeature>() is not null)
        {
            return;
        }

        var status = features.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException error ? error.StatusCode : StatusCodes.Status400BadRequest;
        _store.Unassigned.Count(Outcome.BadRequest);
        _store.Unassigned.CountResponse(status);
        if (features.Get<ConnectionFeature>() is { Guard.InputEnded: false } connection)
        {
            _offenders.Report(connection, ViolationOf(status));
        }
    }

    public void OnCompleted() => Dispose();

    public void OnError(Exception error) => Dispose();

    public void Dispose() => _subscription.Dispose();

    private static Violation ViolationOf(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => Violation.SlowHead,
        StatusCodes.Status414UriTooLong or StatusCodes.Status431RequestHeaderFieldsTooLarge => Violation.OversizedHead,
        _ => Violation.Malformed,
    };
}
