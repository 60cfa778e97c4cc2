using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.Requests;

/// <summary>The head of the origin's response, copied to the client's response, as the filters see it.</summary>
internal readonly struct OriginResponseView : IResponseView
{
    private readonly HttpResponse _response;

    public OriginResponseView(HttpResponse response, TimeSpan duration)
    {
        _response = response;
        Duration = duration;
    }

    public int Status => _response.StatusCode;

    public TimeSpan Duration { get; }

    public bool TryGetHeader(string name, out ReadOnlySpan<char> value)
    {
        var values = _response.Headers[name];
        value = values.Count <= 1 ? (string?)values : string.Join(", ", values.ToArray());
        return values.Count > 0;
    }
}
