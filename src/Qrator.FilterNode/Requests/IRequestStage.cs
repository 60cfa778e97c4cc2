namespace Qrator.FilterNode.Requests;

/// <summary>One stage of a request's way: lets the request go on to the next, or ends it. Safe for any number of requests at once.</summary>
internal interface IRequestStage
{
    Task InvokeAsync(HttpContext context, RequestFeature request);
}
