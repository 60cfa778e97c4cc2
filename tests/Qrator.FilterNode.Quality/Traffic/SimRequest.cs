using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>A request of the simulation, with the truth about it.</summary>
internal sealed record SimRequest
{
    public required ClientKey Client { get; init; }

    public required Browser Browser { get; init; }

    public string Method { get; init; } = "GET";

    public required string Path { get; init; }

    public string Query { get; init; } = "";

    public string? Referer { get; init; }

    public bool HasCookie { get; init; }

    /// <summary>What the origin takes for it when it is well.</summary>
    public double OriginMilliseconds { get; init; }

    /// <summary>What the origin answers when it is well.</summary>
    public int Status { get; init; } = 200;

    public bool IsAttack { get; init; }

    /// <summary>What the client does next, if it goes on by itself; called when the request arrives.</summary>
    public Action? Next { get; init; }

    /// <summary>What the client does when the answer is there; not called for an answer of 500 and above, nor when there is none.</summary>
    public Action? Answered { get; init; }

    /// <summary>Set once the request was let in.</summary>
    public bool IsLetIn { get; set; }

    public int FinalStatus { get; set; }

    public long SentAt { get; set; }

    public View AsView() => new(this);

    public readonly struct View(SimRequest request) : IRequestView
    {
        public long? ContentLength => null;

        public CountryCode Country => Addresses.CountryOf(request.Client);

        public ClientKey Address => request.Client;

        public string RequestId => "00000000000000000000000000000000";

        public bool TryGetText(TextProperty property, string? name, out ReadOnlySpan<char> value)
        {
            var text = property switch
            {
                TextProperty.Method => request.Method,
                TextProperty.Path => request.Path,
                TextProperty.Query => request.Query,
                TextProperty.Host => "shop.example",
                TextProperty.UserAgent => request.Browser.Agent,
                TextProperty.Referer => request.Referer,
                TextProperty.Header when name == "Cookie" => request.HasCookie ? "session=1" : null,
                _ => throw new ArgumentOutOfRangeException(nameof(property), property, "not part of the simulation"),
            };
            value = text;
            return text is not null;
        }
    }
}
