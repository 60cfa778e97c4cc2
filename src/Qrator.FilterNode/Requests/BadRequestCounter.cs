using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Requests;

/// <summary>Counts what Kestrel refuses before the first stage sees it. Such a request belongs to no service.</summary>
internal sealed class BadRequestCounter : IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private readonly NodeStore _store;
    private readonly IDisposable _subscription;

    public BadRequestCounter(DiagnosticListener source, NodeStore store)
    {
        _store = store;
        _subscription = source.Subscribe(this, static name => name == Event);
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        // What is wrong with the rest of a body comes out after its request was answered and counted.
        if (value.Key == Event && (value.Value as IFeatureCollection)?.Get<RequestFeature>() is null)
        {
            _store.Unassigned.Count(Outcome.BadRequest);
            _store.Unassigned.CountResponse(StatusCodes.Status400BadRequest);
        }
    }

    public void OnCompleted() => Dispose();

    public void OnError(Exception error) => Dispose();

    public void Dispose() => _subscription.Dispose();
}
