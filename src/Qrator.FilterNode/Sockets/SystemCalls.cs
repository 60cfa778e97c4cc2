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

    // EPOLL_CLOEXEC and SOCK_CLOEXEC
    public const int CloseOnExec = 0x80000;

    // EPOLL_CTL_ADD, EPOLL_CTL_DEL
    public const int Add = 1;
    public const int Delete = 2;

    // MSG_DONTWAIT, MSG_NOSIGNAL
    public const int DoNotWait = 0x40;
    public const int NoSignal = 0x4000;

    // SOCK_STREAM, SOCK_NONBLOCK, IPPROTO_TCP
    public const int Stream = 1;
    public const int NonBlocking = 0x800;
    public const int Tcp = 6;

    // SOL_SOCKET, SO_LINGER, TCP_NODELAY
    public const int SocketLevel = 1;
    public const int Linger = 13;
    public const int NoDelay = 1;

    // SHUT_WR, SHUT_RDWR
    public const int ShutOutput = 1;
    public const int ShutBoth = 2;

    // FIONREAD
    public const nuint BytesToRead = 0x541B;

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

    [LibraryImport("libc", EntryPoint = "socket")]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "accept4")]
    public static partial int Accept(int descriptor, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    public static partial int SetOption(int descriptor, int level, int option, byte* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    public static partial int GetOption(int descriptor, int level, int option, byte* value, uint* length);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    public static partial int Control(int descriptor, nuint request, int* value);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    public static partial int Shut(int descriptor, int how);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "connect")]
    public static partial int Connect(int descriptor, byte* address, uint length);
}
