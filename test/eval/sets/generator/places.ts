/** Cities with their state and the first three digits of a ZIP there, and what streets are called; for the generated set only. */
export interface City {
  readonly city: string;
  readonly state: string;
  readonly zip3: string;
}

const CITY_LINES = `
Akron OH 443|Albany NY 122|Albuquerque NM 871|Alexandria VA 223|Allentown PA 181|Amarillo TX 791|Anaheim CA 928|Anchorage AK 995|Ann Arbor MI 481|Asheville NC 288|Athens GA 306|Aurora CO 800|Austin TX 787|Bakersfield CA 933|Baltimore MD 212
Bangor ME 044|Baton Rouge LA 708|Beaumont TX 777|Bellingham WA 982|Billings MT 591|Birmingham AL 352|Bismarck ND 585|Bloomington IN 474|Boise ID 837|Boulder CO 803|Bowling Green KY 421|Bozeman MT 597|Bridgeport CT 066|Brownsville TX 785|Buffalo NY 142
Burlington VT 054|Cambridge MA 021|Canton OH 447|Carson City NV 897|Casper WY 826|Cedar Rapids IA 524|Chandler AZ 852|Charleston SC 294|Charlotte NC 282|Chattanooga TN 374|Cheyenne WY 820|Chico CA 959|Cincinnati OH 452|Clarksville TN 370|Cleveland OH 441
Colorado Springs CO 809|Columbia MO 652|Columbus OH 432|Concord NH 033|Corpus Christi TX 784|Dallas TX 752|Davenport IA 528|Dayton OH 454|Decatur IL 625|Denver CO 802|Des Moines IA 503|Detroit MI 482|Dover DE 199|Duluth MN 558|Durham NC 277
El Paso TX 799|Erie PA 165|Eugene OR 974|Evansville IN 477|Fargo ND 581|Fayetteville AR 727|Flagstaff AZ 860|Flint MI 485|Fort Collins CO 805|Fort Worth TX 761|Fresno CA 937|Gainesville FL 326|Galveston TX 775|Gary IN 464|Grand Rapids MI 495
Great Falls MT 594|Green Bay WI 543|Greensboro NC 274|Gulfport MS 395|Harrisburg PA 171|Hartford CT 061|Hattiesburg MS 394|Helena MT 596|Henderson NV 890|Hialeah FL 330|Honolulu HI 968|Houston TX 770|Huntsville AL 358|Idaho Falls ID 834|Independence MO 640
Jackson MS 392|Jacksonville FL 322|Jersey City NJ 073|Joliet IL 604|Joplin MO 648|Kalamazoo MI 490|Knoxville TN 379|Lafayette LA 705|Lansing MI 489|Laramie WY 820|Laredo TX 780|Las Cruces NM 880|Las Vegas NV 891|Lawrence KS 660|Lexington KY 405
Lincoln NE 685|Little Rock AR 722|Long Beach CA 908|Louisville KY 402|Lowell MA 018|Lubbock TX 794|Macon GA 312|Madison WI 537|Manchester NH 031|Memphis TN 381|Mesa AZ 852|Miami FL 331|Milwaukee WI 532|Minneapolis MN 554|Missoula MT 598
Mobile AL 366|Modesto CA 953|Montgomery AL 361|Muncie IN 473|Naperville IL 605|Nashville TN 372|New Haven CT 065|Newark NJ 071|Norfolk VA 235|Norman OK 730|Oakland CA 946|Ocala FL 344|Ogden UT 844|Olympia WA 985|Omaha NE 681
Orlando FL 328|Oxnard CA 930|Paducah KY 420|Paterson NJ 075|Pensacola FL 325|Peoria IL 616|Phoenix AZ 850|Pittsburgh PA 152|Portland OR 972|Providence RI 029|Provo UT 846|Pueblo CO 810|Racine WI 534|Raleigh NC 276|Rapid City SD 577
Reno NV 895|Richmond VA 232|Roanoke VA 240|Rochester MN 559|Rockford IL 611|Roswell NM 882|Sacramento CA 958|Saginaw MI 486|Salem OR 973|Salinas CA 939|San Antonio TX 782|Santa Fe NM 875|Savannah GA 314|Scranton PA 185|Seattle WA 981
Shreveport LA 711|Sioux Falls SD 571|Spokane WA 992|Springfield MO 658|Stockton CA 952|Syracuse NY 132|Tacoma WA 984|Tallahassee FL 323|Tampa FL 336|Toledo OH 436|Topeka KS 666|Tucson AZ 857|Tulsa OK 741|Waco TX 767|Yonkers NY 107
`;

export const CITIES: readonly City[] = CITY_LINES.trim().split(/[|\n]/).map((line) => {
  const [, city, state, zip3] = /^(.+) ([A-Z]{2}) (\d{3})$/.exec(line) ?? [];
  if (city === undefined || state === undefined || zip3 === undefined) throw new Error(`not a city: ${line}`);
  return { city, state, zip3 };
});

export const STATE_NAMES: ReadonlyMap<string, string> = new Map(`
AK Alaska|AL Alabama|AR Arkansas|AZ Arizona|CA California|CO Colorado|CT Connecticut|DE Delaware|FL Florida|GA Georgia|HI Hawaii|IA Iowa|ID Idaho|IL Illinois|IN Indiana|KS Kansas|KY Kentucky|LA Louisiana|MA Massachusetts|MD Maryland|ME Maine|MI Michigan|MN Minnesota|MO Missouri|MS Mississippi|MT Montana|NC North Carolina|ND North Dakota|NE Nebraska|NH New Hampshire|NJ New Jersey|NM New Mexico|NV Nevada|NY New York|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VA Virginia|VT Vermont|WA Washington|WI Wisconsin|WY Wyoming
`.trim().split('|').map((line) => [line.slice(0, 2), line.slice(3)]));

export const STREET_NAMES = `
Alder|Arbor Glen|Aspen Ridge|Azalea|Badger Hollow|Bayview|Beacon Hill|Bellflower|Birchwood|Blackberry|Bluebonnet|Boxelder|Bramble|Briarcliff|Brookside|Buckeye|Burnt Mill|Butternut|Calle Luna|Camino Real|Canyon Oak|Cardinal|Cattail|Chapel Hill|Cherry Blossom
Chestnut|Clearwater|Clover|Cobblestone|Colonial|Copper Kettle|Cottonwood|Covered Bridge|Cranberry|Crescent|Cypress Point|Dogwood|Dove Tree|Eagle Nest|East Main|Edgewater|Elmhurst|Evergreen|Fairview|Falcon|Fern Valley|Fieldstone|Flintlock|Forest Park
Foxglove|Garfield|Gingerbread|Golden Gate|Granite|Grant|Harvest Moon|Hawthorne|Heather|Hickory Grove|Hidden Creek|Hollyhock|Honeysuckle|Huckleberry|Indian Trail|Ironwood|Ivy|Jackrabbit|Jasmine|Juniper|Kensington|Kingfisher|Lakeshore|Larkspur
Laurel|Lincoln|Linden|Locust|Long Meadow|Lost Creek|Madison|Magnolia|Mallard|Maplewood|Martin Luther King|Meadowlark|Mesquite|Mill Pond|Mockingbird|Monroe|Mulberry|Nightingale|North Shore|Oakmont|Old Post|Orchard|Osprey|Palmetto|Peachtree
Pebble Beach|Persimmon|Pheasant Run|Pinecrest|Plum|Poplar|Prairie View|Quail|Quarry|Redbud|Ridgeline|River Bend|Rosewood|Saddle Horn|Sagebrush|Sandpiper|Sequoia|Shady|Silver Maple|South Bend|Spruce|Stagecoach|Stonewall|Sugar Hill|Sunflower
Sunset|Sycamore|Tamarack|Thornberry|Timber|Tulip|Turtle Creek|Valley Forge|Vineyard|Walnut|Washington|Water Mill|Westminster|Whispering Pines|Wildflower|Willow|Windmill|Wolf Run|Woodbine|Yellowstone
`.trim().split(/[|\n]/);

/** Kinds of street, as they are said and as they are abbreviated. */
export const STREET_KINDS = [
  ['Street', 'St'], ['Street', 'St'], ['Avenue', 'Ave'], ['Road', 'Rd'], ['Drive', 'Dr'], ['Lane', 'Ln'], ['Court', 'Ct'], ['Boulevard', 'Blvd'], ['Way', 'Way'], ['Circle', 'Cir'], ['Place', 'Pl'], ['Terrace', 'Ter'], ['Parkway', 'Pkwy'], ['Trail', 'Trl'],
] as const;

export const COUNTIES = 'Adams|Benton|Brazoria|Buncombe|Calhoun|Cass|Clackamas|Clark|Cobb|Dakota|DeKalb|Douglas|Elkhart|Fairfax|Genesee|Gwinnett|Harris|Hennepin|Jefferson|Kern|Lancaster|Macomb|Maricopa|Multnomah|Orange|Placer|Racine|Santa Clara|Suffolk|Tarrant|Travis|Westchester|Yavapai'.split('|');
