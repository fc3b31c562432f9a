/** Words inside names that are no names by themselves: "maria del carmen", "van der Berg", "o' brien". Lower case. */
export const NAME_PARTICLES: ReadonlySet<string> = new Set(
  "de la del der den van von da dos di el al bin ibn le mc mac o' st".split(' '),
);
