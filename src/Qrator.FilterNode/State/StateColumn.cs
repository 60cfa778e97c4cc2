namespace Qrator.FilterNode.State;

/// <summary>The columns of an entry in the order in which they are read.</summary>
internal static class StateColumn
{
    public const int List = 0;
    public const int Address = 1;
    public const int Bits = 2;
    public const int Cause = 3;
    public const int Created = 4;
    public const int Expires = 5;
    public const int Offences = 6;
    public const int Detail = 7;
    public const int Request = 8;
}
