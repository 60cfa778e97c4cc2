using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.Requests;

/// <summary>The head of the origin's response, as the filters see it.</summary>
internal readonly struct OriginResponseView : IResponseView
{
    private readonly HttpResponseMessage _response;

    public OriginResponseView(HttpResponseMessage response, TimeSpan duration)
    {
        _response = response;
        Duration = duration;
    }

    public int Status => (int)_response.StatusCode;

    public TimeSpan Duration { get; }

    public bool TryGetHeader(string name, out ReadOnlySpan<char> value)
    {
        var found = _response.Headers.NonValidated.TryGetValues(name, out var values)
            || _response.Content.Headers.NonValidated.TryGetValues(name, out values);
        value = found ? values.ToString() : default;
        return found;
    }
}
