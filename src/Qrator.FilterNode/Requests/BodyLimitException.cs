namespace Qrator.FilterNode.Requests;

/// <summary>A request body was cut, because with it more bytes of bodies would be in flight than may be.</summary>
internal sealed class BodyLimitException : IOException
{
    public BodyLimitException()
        : base("over the limit of bytes of request bodies in flight")
    {
    }
}
