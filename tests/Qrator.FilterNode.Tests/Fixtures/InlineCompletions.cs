using System.Runtime.CompilerServices;

namespace Qrator.FilterNode.Fixtures;

/// <summary>Nodes within the test's own process use sockets as the program does.</summary>
internal static class InlineCompletions
{
    [ModuleInitializer]
    internal static void SwitchOn() => Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
}
