using System.Runtime.InteropServices;

namespace Qrator.FilterNode.Sockets;

/// <summary>The calls into Linux that .NET has no names for, or does too much around. The numbers are Linux's, the same for x64 and arm64.</summary>
internal static unsafe partial class SystemCalls
{
    public const int TryAgain = 11;
    public const int Interrupted = 4;
    public const int IsConnected = 106;
    public const int AlreadyConnecting = 114;
    public const int Connecting = 115;

    public const int CloseOnExec = 0x80000;
    public const int Add = 1;

    // MSG_DONTWAIT, MSG_NOSIGNAL
    public const int DoNotWait = 0x40;
    public const int NoSignal = 0x4000;

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* happening);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    public static partial int EpollWait(int epoll, byte* happenings, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recv")]
    public static partial nint Receive(int descriptor, byte* bytes, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    public static partial nint Send(int descriptor, byte* bytes, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "connect")]
    public static partial int Connect(int descriptor, byte* address, uint length);
}
