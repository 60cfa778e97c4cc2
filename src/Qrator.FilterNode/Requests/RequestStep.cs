namespace Qrator.FilterNode.Requests;

/// <summary>The rest of a request's way. What the stages know of the request goes along, because looking it up at every stage costs more than most stages.</summary>
internal delegate Task RequestStep(HttpContext context, RequestFeature request);
