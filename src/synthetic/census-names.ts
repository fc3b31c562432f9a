/**
 * Names of people in the United States, in lower case, most common first: given names of the Social Security
 * Administration (births since 1940), surnames of the census of 1990. Both are in the public domain. Names that are also
 * English words are left out: a surrogate must be read as a name.
 */

/** Given names that at least nine of ten bearers have as women. */
export const WOMEN: readonly string[] = (
  'mary jennifer linda patricia elizabeth susan jessica barbara karen lisa sarah ashley kimberly sandra ' +
  'michelle emily amanda melissa deborah stephanie rebecca cynthia sharon amy laura angela kathleen brenda ' +
  'pamela nicole samantha debra margaret christine rachel katherine julie diane lauren christina carolyn janet ' +
  'cheryl emma megan andrea catherine hannah olivia judith teresa denise jacqueline madison danielle betty ' +
  'brittany sara judy kathryn shirley diana janice lori joyce tiffany kayla kathy natalie erin julia sophia ' +
  'alyssa theresa isabella allison tina gloria martha dorothy beverly paula wendy virginia courtney cindy joan ' +
  'bonnie vanessa valerie brianna evelyn monica connie melanie april marilyn erica ava alexandra michele helen ' +
  'alicia kristen anne peggy rhonda alice mia suzanne leah katie marie frances chloe wanda brooke debbie audrey ' +
  'gail kristin renee ellen carrie tara caroline elaine darlene cathy lillian ella cassandra rita phyllis ' +
  'sydney laurie kaitlyn joanne anita chelsea savannah lindsey haley hailey vicki gina regina stacey terri ' +
  'kelsey carla sylvia jenna heidi claire annette madeline shelby paige doris sabrina kristina amelia melinda ' +
  'gabrielle katelyn tamara maureen lindsay deanna erika mackenzie yvonne kaylee lydia eileen tonya alexa ' +
  'marissa eva norma sofia tanya joann zoe lois carmen charlene marcia vivian caitlin roberta addison claudia ' +
  'alison annie vickie miranda gabriella jeanne kylie lorraine mariah irene naomi yolanda jeanette brandi ' +
  'marsha jocelyn katrina makayla kara loretta lucy rosa toni glenda priscilla bethany juanita josephine ' +
  'alexandria whitney natasha constance meghan kendra joanna gwendolyn angelina ariana brooklyn briana dianne ' +
  'esther marlene geraldine isabel felicia karla tracey adriana nina bridget eleanor arianna becky nora louise ' +
  'candace kristine sherri clara brittney desiree carole breanna jillian aaliyah jodi rachael monique sheryl ' +
  'gabriela madelyn kristi arlene marjorie kay lynda kelli georgia layla jacquelyn krystal krista nevaeh ' +
  'shelley stella rebekah june belinda zoey cecilia bianca kristy meredith sophie dolores sadie miriam candice ' +
  'cheyenne edith mildred isabelle kate elena nichole'
).split(' ');

/** Given names that at least nine of ten bearers have as men. */
export const MEN: readonly string[] = (
  'michael james robert david william christopher richard joseph thomas daniel matthew charles anthony steven ' +
  'joshua andrew kevin brian paul jason kenneth jeffrey ryan ronald jacob donald eric gary nicholas jonathan ' +
  'stephen justin scott brandon edward larry gregory george patrick alexander samuel tyler dennis aaron adam ' +
  'zachary jose nathan douglas raymond jeremy sean keith ethan austin bryan dylan noah jesse bruce juan gabriel ' +
  'alan shawn gerald bradley craig lawrence travis cody todd danny phillip walter wayne carlos caleb vincent ' +
  'cameron luis elijah philip evan joe russell luke joel arthur isaac alex nathaniel rodney jeffery derek lucas ' +
  'antonio roy ricky harold marcus albert adrian ian jackson curtis jesus steve dustin allen jared connor ' +
  'isaiah jayden ralph randall shane aiden corey jeremiah glenn julian liam eugene wesley barry ronnie blake ' +
  'stanley miguel gavin frederick jon howard brett seth leonard trevor owen eddie mitchell erik calvin micheal ' +
  'marvin ernest tommy edwin dominic landon theodore manuel darrell melvin oscar fred wyatt ricardo mario ' +
  'sebastian francis alejandro jorge garrett xavier cory levi francisco colin norman andre jerome jeff colton ' +
  'jake brayden bryce alfred ivan oliver jim aidan tristan clayton clifford darren roberto eli diego reginald ' +
  'eduardo ruben edgar preston leroy carson javier leo leon bernard josiah johnathan omar fernando darryl ' +
  'maurice alvin brendan duane gordon nolan brady kurt neil herbert nicolas tim karl damian dan andy andres ' +
  'greg tyrone pedro raul dalton collin lloyd sergio clinton vernon kaleb dwayne rafael allan lonnie abraham ' +
  'emmanuel shaun mathew erick terrence marco terrance armando kirk marshall elias ayden dwight ross jonathon ' +
  'byron brody jaxon floyd giovanni grayson ramon dillon kristopher damon cristian harrison clyde jonah daryl ' +
  'jace leonardo caden stuart kaden lester julio alberto gage harvey angelo lorenzo donnie trenton israel sam ' +
  'damien bryson everett roland milton geoffrey enrique freddie donovan conner herman alec arnold gerardo ' +
  'santiago colby arturo'
).split(' ');

/** Surnames. */
export const SURNAMES: readonly string[] = (
  'johnson williams jones davis wilson moore taylor anderson thomas jackson harris thompson garcia martinez ' +
  'robinson clark rodriguez allen hernandez lopez scott adams gonzalez mitchell perez roberts phillips campbell ' +
  'parker evans edwards stewart sanchez morgan rivera richardson howard torres peterson ramirez james watson ' +
  'bennett barnes ross henderson coleman jenkins powell patterson hughes flores washington simmons gonzales ' +
  'bryant alexander russell diaz hayes myers hamilton sullivan wallace jordan owens reynolds ellis harrison ' +
  'gibson mcdonald cruz marshall ortiz gomez murray webb simpson stevens crawford boyd morales kennedy dixon ' +
  'ramos reyes gordon holmes robertson daniels nichols ferguson hawkins dunn perkins hudson gardner stephens ' +
  'payne matthews arnold wagner willis watkins olson carroll duncan snyder cunningham bradley andrews ruiz ' +
  'riley armstrong greene lawrence elliott chavez austin kelley lawson gutierrez ryan schmidt carr vasquez ' +
  'castillo oliver montgomery richards williamson johnston meyer mccoy howell alvarez morrison hansen fernandez ' +
  'garza harvey stanley nguyen george jacobs reid garrett romero larson frazier hanson mendoza moreno medina ' +
  'fowler hoffman carlson pearson holland douglas fleming jensen vargas byrd davidson hopkins herrera soto ' +
  'walters curtis neal caldwell lowe jennings barnett jimenez horton shelton barrett obrien castro sutton ' +
  'gregory mckinney lucas craig rodriquez rhodes pena newman haynes mcdaniel mendez vaughn dawson santiago ' +
  'norris steele schultz guzman munoz keller leonard walsh lyons ramsey wolfe schneider mullins benson bowen ' +
  'daniel cummings hines baldwin griffith valdez hubbard salazar warner stevenson santos tate mann thornton ' +
  'dennis mcgee delgado aguilar vega cohen harmon rodgers robbins todd blair higgins ingram reese strickland ' +
  'townsend goodwin walton rowe hampton ortega patton swanson joseph francis maldonado yates becker erickson ' +
  'hodges rios conner adkins webster norman malone hammond cobb quinn blake floyd osborne paul mccarthy ' +
  'guerrero lindsey estrada sandoval gibbs tyler fitzgerald doyle sherman saunders alvarado greer padilla simon ' +
  'nunez ballard schwartz mcbride houston christensen klein pratt briggs mclaughlin zimmerman buchanan moran ' +
  'copeland pittman brady mccormick holloway poole owen wong jefferson morton abbott patrick norton clayton ' +
  'massey lloyd figueroa carson roberson tran harrington casey boone cortez clarke mathis wilkins bryan ' +
  'mckenzie luna phelps mcguire allison wilkerson nash atkins wilcox pitts conley marquez burnett richard ' +
  'cochran ayala vazquez dickerson hodge acosta flynn espinoza nicholson monroe kirk randall anthony whitaker ' +
  'oconnor molina kirby huffman bradford charles gilmore dominguez oneal bruce kramer hancock gallagher gaines ' +
  'shaffer wiggins mathews mcclain fischer hensley cameron contreras wyatt baxter mosley larsen beasley glenn ' +
  'petersen meyers keith vincent olsen schroeder hartman woodard mueller kemp deleon patel calhoun wiley eaton ' +
  'navarro harrell lester humphrey parrish duran hutchinson hess dorsey dalton avila vance blackwell ' +
  'blankenship trevino salinas campos pruitt moses callahan montoya hardin guerra mcdowell carey stafford ' +
  'gallegos henson wilkinson booker merritt miranda atkinson decker hobbs preston knox pacheco stephenson rojas ' +
  'serrano hickman sweeney mcclure conway walter roth maynard farrell nixon weiss trujillo ellison sloan juarez ' +
  'mclean randolph leon boyer villarreal mccall carrillo ayers lara shannon leblanc velasquez chang foley ' +
  'bartlett mercado landry durham barr mckee bauer everett bradshaw pugh velez estes dodson sheppard camacho ' +
  'barron livingston middleton blevins chen kerr mcconnell hatfield harding ashley solis herman giles blackburn ' +
  'william pennington woodward finley mcintosh koch solomon mccullough dudley nolan blanchard rivas brennan ' +
  'mejia kane benton joyce buckley haley maddox russo mcknight mcmillan crosby dotson mays chan richmond ' +
  'faulkner oneill knapp kline barry ochoa jacobson avery hendricks horne shepard hebert cardenas mcintyre ' +
  'whitney waller holman donaldson cantu terrell morin gillespie fuentes tillman sanford bentley salas rollins ' +
  'dickson santana cabrera cervantes howe hinton zamora mcneil suarez gould mcfarland sampson rosario macdonald ' +
  'hester melendez dillon farley galloway potts bernard joyner aguirre osborn franco rowland sykes travis ' +
  'pickett dunlap hayden mckay coffey mccarty ewing cooley vaughan bonner ferrell cantrell fulton lynn lott ' +
  'calderon rosa burch mullen david odonnell michael britt frederick daugherty berger dillard alston jarvis ' +
  'frye riggs chaney odom duffy fitzpatrick valenzuela merrill mayer alford mcpherson acevedo donovan barrera ' +
  'albert reilly compton raymond mooney mcgowan cleveland clemons wynn nielsen baird stanton rosales witt ' +
  'stuart rutledge kinney clements castaneda hahn emerson conrad burks delaney lancaster tyson sharpe whitfield ' +
  'talley macias irwin burris ratliff mccray kaufman goff bolton mcfadden levine byers kirkland kidd mcleod ' +
  'holcomb england burt hendrix sosa haney sargent nieves rasmussen hewitt lindsay valencia oneil delacruz ' +
  'vinson dejesus hyde forbes gilliam guthrie wooten huber barlow boyle mcmahon buckner rocha puckett langley ' +
  'knowles cooke velazquez whitley shea hartley mayfield rankin hanna cowan lucero haas oconnell kendrick ' +
  'shirley kendall boucher boggs odell dougherty andersen newell crowe wang friedman holley felix pearce childs ' +
  'yarbrough galvan meeks lozano rangel villanueva schaefer rosado boyce goss stinson ibarra hutchins covington ' +
  'reyna gregg werner crowley mackey womack polk jamison dodd childress childers mahoney dailey lockhart griggs ' +
  'connor brandt walden moser tracy tatum mccann akers lutz pryor orozco mcallister lugo davies madison ' +
  'rutherford newsome magee blanton simms godfrey flanagan crum cordova escobar sinclair donahue krueger ' +
  'mcginnis farris webber corbett andrade starr lyon yoder hastings mcgrath spivey krause crabtree kirkpatrick ' +
  'hollis brandon arrington ervin clifton ritter mcghee bolden'
).split(' ');
