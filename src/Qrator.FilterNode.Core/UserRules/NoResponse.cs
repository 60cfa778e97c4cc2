using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.UserRules;

/// <summary>Stands for the response before there is one. Conditions that are decided then do not read it.</summary>
internal readonly struct NoResponse : IResponseView
{
    public int Status => 0;

    public TimeSpan Duration => TimeSpan.Zero;

    public bool TryGetHeader(string name, out ReadOnlySpan<char> value)
    {
        value = default;
        return false;
    }
}
