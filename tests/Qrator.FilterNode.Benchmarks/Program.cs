using BenchmarkDotNet.Running;
using Qrator.FilterNode;
using Qrator.FilterNode.Lists;

// What a single number cannot say about the lists is a table of its own.
if (args is ["lists"])
{
    ListLookups.Print();
    ListScale.Print();
}
else if (args is ["detection"])
{
    DetectionTime.Print();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(ListScale).Assembly).Run(args);
}
