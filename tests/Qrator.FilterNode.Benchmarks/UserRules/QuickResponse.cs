using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.UserRules;

/// <summary>The head of an ordinary response.</summary>
internal readonly struct QuickResponse : IResponseView
{
    public int Status => 200;

    public TimeSpan Duration => TimeSpan.FromMilliseconds(12);

    public bool TryGetHeader(string name, out ReadOnlySpan<char> value)
    {
        value = "text/html";
        return true;
    }
}
