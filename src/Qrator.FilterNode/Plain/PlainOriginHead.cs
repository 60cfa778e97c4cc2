using Qrator.FilterNode.Forwarding.Http1;
using Qrator.FilterNode.Requests;

namespace Qrator.FilterNode.Plain;

/// <summary>Puts together the head of a plain request to an origin: as the client sent it, but for what stays behind and what the node sets.</summary>
internal static class PlainOriginHead
{
    /// <summary>Puts it together.</summary>
    /// <param name="to">Where.</param>
    /// <param name="head">The head that the client sent.</param>
    /// <param name="request">Its state.</param>
    /// <param name="scheme">The scheme that the visitor used.</param>
    public static ReadOnlyMemory<byte> Compose(RequestHead to, PlainHead head, RequestFeature request, ReadOnlySpan<byte> scheme)
    {
        to.Begin();
        to.Add(head.RequestLine);
        foreach (ref readonly var field in head.Fields)
        {
            if (field.Kind is PlainFieldKind.Passed or PlainFieldKind.Host)
            {
                to.AddField(head.NameOf(field), head.ValueOf(field));
            }
        }

        to.Add("\r\nX-Forwarded-For: "u8);
        foreach (ref readonly var field in head.Fields)
        {
            if (field.Kind == PlainFieldKind.ForwardedFor)
            {
                to.Add(head.ValueOf(field));
                to.Add(", "u8);
            }
        }

        to.Add(request.Connection.PeerText);
        to.Add("\r\nX-Forwarded-Proto: "u8);
        to.Add(scheme);
        to.Add("\r\nX-Qrator-RequestID: "u8);
        to.AddId(request.Id);
        return to.End();
    }
}
