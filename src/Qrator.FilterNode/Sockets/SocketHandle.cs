using Microsoft.Win32.SafeHandles;

namespace Qrator.FilterNode.Sockets;

/// <summary>The descriptor of a socket, which is closed when nobody is in a call with it any more.</summary>
internal sealed class SocketHandle : SafeHandleMinusOneIsInvalid
{
    /// <param name="descriptor">The descriptor, which it owns from now on.</param>
    public SocketHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    protected override bool ReleaseHandle() => SystemCalls.Close((int)handle) == 0;
}
