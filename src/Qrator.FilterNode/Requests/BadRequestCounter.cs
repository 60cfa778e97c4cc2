using System.Diagnostics;
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
        if (value.Key == Event)
        {
            _store.Unassigned.Count(Outcome.BadRequest);
            _store.Unassigned.CountResponse(StatusCodes.Status400BadRequest);
        }
    }

    public void OnCompleted() => Dispose();

    public void OnError(Exception error) => Dispose();

    public void Dispose() => _subscription.Dispose();
}
