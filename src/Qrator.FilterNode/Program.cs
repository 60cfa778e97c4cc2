Console.Error.WriteLine("nothing to run yet");
return 2;
