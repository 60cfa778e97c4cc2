using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Requests;

/// <summary>Finds the service by host name; drops what belongs to none.</summary>
internal sealed class ServiceStage
{
    private readonly RequestDelegate _next;

    public ServiceStage(RequestDelegate next) => _next = next;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Features.Get<RequestFeature>()!;
        request.Service = request.Node.HostsOf(request.Connection.Listener).Find(context.Request.Host.Value);
        request.Connection.Service = request.Service;
        return request.Service is null ? RequestDrop.Drop(context, request, Outcome.UnknownHost) : _next(context);
    }
}
