using Qrator.FilterNode;

// Read once, when the first socket is made: what waits for a socket goes on right on the thread that learns of its readiness. Nothing on the way of a
// request blocks; the admin server, which may, moves to other threads (see AdminServer).
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

return await NodeCommand.RunAsync(args);
