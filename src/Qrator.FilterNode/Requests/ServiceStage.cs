using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Requests;

/// <summary>Finds the service by host name; drops what belongs to none.</summary>
internal sealed class ServiceStage : IRequestStage
{
    private readonly RequestStep _next;

    public ServiceStage(RequestStep next) => _next = next;

    public Task InvokeAsync(HttpContext context, RequestFeature request)
    {
        request.Service = request.Node.HostsOf(request.Connection.Listener).Find(context.Request.Host.Value);
        request.Connection.Service = request.Service;
        return request.Service is null ? RequestDrop.Drop(context, request, Outcome.UnknownHost) : _next(context, request);
    }
}
