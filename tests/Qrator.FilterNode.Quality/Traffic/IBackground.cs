namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>The audience of a site.</summary>
internal interface IBackground
{
    string Name { get; }

    /// <summary>Requests a second on average.</summary>
    double Rate { get; }

    /// <summary>A page that people ask for most.</summary>
    string FrontPage { get; }

    /// <summary>The browser that most of the audience has.</summary>
    Browser MostCommon { get; }

    /// <summary>A browser of the audience.</summary>
    Browser PickBrowser(Random random);

    /// <summary>Begins to send its requests into the simulation.</summary>
    void Start(Simulation simulation, Random random);

    /// <summary>The same with visits that are under way already, so that it is at its full rate at once.</summary>
    void StartAtOnce(Simulation simulation, Random random);

    /// <summary>One visitor who follows a link to a page, and who asks for what belongs to it when it is there. Returns how many requests that makes.</summary>
    int Visit(Simulation simulation, Random random, Landing landing);

    /// <summary>The site with visitors it has never seen, so many times as many.</summary>
    IBackground Other(double times);

    /// <summary>The site as visitors see it who all have one browser; for <see cref="Visit"/>.</summary>
    IBackground WithOneBrowser(Browser browser);
}
