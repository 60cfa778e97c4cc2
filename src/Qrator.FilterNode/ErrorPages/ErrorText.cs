namespace Qrator.FilterNode.ErrorPages;

/// <summary>What the node says to visitors, by status code: nothing of the inside, and what the visitor can do.</summary>
internal static class ErrorText
{
    /// <summary>The status codes that the node answers with a page.</summary>
    public static IReadOnlyList<int> Statuses { get; } = [400, 413, 429, 502, 503, 504];

    public static (string Title, string Advice) Of(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => ("Too much at once", "The site is taking as many uploads as it can right now. Please try again later, or send less."),
        StatusCodes.Status429TooManyRequests => ("Too many requests", "You have sent more requests than the site allows. Please wait a little and try again."),
        StatusCodes.Status502BadGateway => ("The site cannot be reached", "The site’s server is not available right now. Please try again in a few minutes."),
        StatusCodes.Status503ServiceUnavailable => ("Down for maintenance", "The site is being worked on and will be back soon. Thank you for your patience."),
        StatusCodes.Status504GatewayTimeout => ("The site does not answer", "The site’s server took too long to answer. Please try again in a few minutes."),
        _ => ("The request cannot be served", "Please check the address and try again."),
    };

    /// <summary>The gRPC status (https://grpc.io/docs/guides/status-codes/) that stands for an HTTP status.</summary>
    public static string GrpcStatus(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => "8",
        StatusCodes.Status504GatewayTimeout => "4",
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable => "14",
        _ => "2",
    };
}
