using Qrator.FilterNode;

return await NodeCommand.RunAsync(args);
