using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.UserRules;

/// <summary>The head of a response for tests.</summary>
internal sealed class ResponseData
{
    public int Status { get; init; } = 200;

    public TimeSpan Duration { get; init; }

    public string? Location { get; init; }

    public string? ContentType { get; init; }

    public string? Header(string name) =>
        name.Equals("Location", StringComparison.OrdinalIgnoreCase) ? Location
        : name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) ? ContentType
        : throw new ArgumentOutOfRangeException(nameof(name));

    public ResponseView View() => new(this);

    public readonly struct ResponseView(ResponseData data) : IResponseView
    {
        public int Status => data.Status;

        public TimeSpan Duration => data.Duration;

        public bool TryGetHeader(string name, out ReadOnlySpan<char> value)
        {
            value = data.Header(name);
            return data.Header(name) is not null;
        }
    }
}
