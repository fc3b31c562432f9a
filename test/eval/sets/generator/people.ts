/** Given and family names of many origins, for the generated set only. */
const words = (list: string): readonly string[] => list.trim().split(/\s+/);

export const FIRST_NAMES = words(`
Aaliyah Abel Abigail Adaeze Adelaide Aditya Agnes Ahmed Aiko Alejandro Alessandra Alistair Amara Amir Anders Angela Anjali Annalise Antoine Arash Ariel Arjun Arlene Arturo Asha Astrid Avery Ayesha
Beatrice Benicio Bernard Bettina Bianca Bogdan Bonnie Brenda Brigitte Bruno Callum Camila Carmen Cecilia Cedric Chandra Charlene Chiara Chidi Claudette Clarence Clyde Connor Consuelo Cyrus Dahlia Dalia Damian Daphne Darius
Deborah Declan Deepika Delia Demetrius Desiree Diego Dimitra Dolores Dominique Donovan Dorothea Dwayne Edith Edwin Efrain Eileen Elena Elias Elif Eloise Emeka Emiko Enrique Ernesto Esme Esther Ethan Eunice Ezra
Farid Fatima Felicity Felix Fernanda Fiona Flora Francesca Freddie Gabriela Gareth Genevieve Gerald Giovanni Gloria Gordon Guadalupe Gustavo Hakeem Hana Harriet Hector Heidi Henrietta Hiroshi Hugo Ibrahim Ingrid Irina Isaac
Isabel Ivan Jabari Jacinta Jada Jamila Jasper Javier Jerome Jia Joaquin Jocelyn Johanna Jonah Josefina Judith Kaito Kamal Karina Kavita Keiko Kelvin Kendra Khalil Kieran Kimberly Kofi Kwame Lamar Lana Larissa Latoya Leila Leo
Leonora Liam Lidia Linh Lorenzo Lucia Luther Mabel Maeve Magnus Malcolm Malik Manuela Marcela Margot Mariam Marisol Marlon Mateo Matilda Maurice Maya Mehmet Mei Melvin Mercedes Miguel Mikhail Minh Mira Monique Myrtle
Nadia Naomi Nathaniel Neha Nigel Nikhil Nina Noah Noor Octavia Olga Olivia Omar Orlando Oscar Osman Paloma Patrice Pedro Penelope Philip Phuong Pilar Priya Quentin Rachel Rafael Rahul Ramona Rashid Raymond Regina Renata
Ricardo Robin Rodrigo Roland Rosalie Rosario Ruben Rukhsana Sabrina Salma Samir Sandeep Santiago Saul Selma Serena Shanice Sheila Siobhan Soraya Stefan Stella Sunita Sven Sylvia Tamara Tariq Tatiana Terrell Thandi Theo Thomas
Tobias Trang Tyrone Ulrich Uma Valentina Vanessa Vera Vernon Victor Vikram Viola Wanda Wendy Wilbur Winston Xavier Ximena Yara Yasmin Yolanda Yusuf Zachary Zainab Zara Zelda Zoe
`);

export const LAST_NAMES = words(`
Abbott Abdi Abernethy Abrams Acosta Adeyemi Agarwal Aguilar Ahluwalia Akhtar Alvarado Amundsen Anand Andrade Appleton Arroyo Asante Ashworth Atkins Ayala Baak Bachmann Badawi Baker Balogun Banks Barnes Barragan Bashir Bautista
Beauchamp Becker Bellamy Benitez Bergman Bhatt Bianchi Bishop Blackwood Blanchard Boateng Bogdanov Bonilla Bouchard Bowers Bradshaw Brandt Briggs Bryant Buchanan Burke Bustamante Byrne Cabrera Calderon Callahan Campos Cardenas
Carlisle Carmichael Castro Cervantes Chakraborty Chambers Chandra Chang Chavez Chen Cheung Cho Choudhury Christensen Clements Cochran Coleman Contreras Corbett Cordova Costa Crawford Cruz Cunningham Dang Davenport Decker Delgado
Desai Devlin Dhillon Diallo Diaz Dimitrov Doherty Dominguez Donnelly Doyle Drummond Dubois Duffy Dunbar Duong Duval Eastman Echeverria Edwards Eklund Ellison Engel Eriksen Escobar Espinoza Estrada Evans Fairchild Farooq Faulkner
Fernandez Ferraro Figueroa Finnegan Fischer Fitzpatrick Fleming Flores Fonseca Forsyth Franco Friedman Fuentes Fujimoto Gallagher Garcia Garza Gauthier Ghosh Gibbons Gill Giordano Goldberg Gonzalez Goodwin Granger Greenwood
Gruber Guerrero Gunderson Gupta Gutierrez Haddad Halvorsen Hamid Hammond Hanley Hansen Harper Hashimoto Hawkins Hayashi Hendricks Henry Hernandez Herrera Hicks Hoang Hoffman Holloway Horvath Huang Hussain Hutchinson Ibarra Ingram
Irwin Islam Ito Ivanova Jackson Jacobsen Jaramillo Jefferson Jensen Jimenez Johansson Jovanovic Juarez Kaminski Kang Kapoor Karlsson Katz Kaur Keller Kelly Kessler Khalil Khan Kim Kirby Klein Knox Kobayashi Kowalski Kozlov Kruger
Kumar Kuznetsov Lachance Lambert Larsen Laurent Le Lee Leibowitz Leon Lewandowski Li Lindgren Lopez Lozano Lundberg Luong Lynch Macdonald Mahmoud Maldonado Malone Marchand Marino Marquez Marsh Martinez Matsumoto Mbeki McAllister
McCarthy McGrath McKinney Medina Mehta Mendoza Mensah Mercado Meyer Middleton Miller Mishra Mitchell Molina Montgomery Morales Moreau Moretti Morgan Moss Mueller Murphy Naidoo Nair Nakamura Navarro Ndiaye Nelson Nguyen Nielsen
Novak Nowak Nunez Obi Ocampo Odom Ogden Ojeda Okafor Oliveira Olsen Omondi Orozco Ortega Osei Owens Pacheco Padilla Palmer Papadopoulos Park Parsons Patel Pearson Pham Phillips Pierce Pineda Popov Porter Prescott Quinn Quiroz
Rahman Ramirez Randolph Rao Reddy Reilly Reyes Richter Rivera Robles Rodriguez Rosenthal Rossi Rousseau Rowe Ruiz Russo Saito Salazar Samuels Sanchez Sandoval Santos Sato Schmidt Schneider Serrano Shah Sharma Shaw Sheridan Silva
Simmons Singh Sinclair Sokolov Solis Soto Spencer Stavros Stein Suarez Sullivan Svensson Takahashi Tan Tanaka Tate Thornton Tran Trujillo Tucker Underwood Usman Valdez Vance Vargas Vasquez Vega Velasquez Villanueva Vo Vogel Wagner
Walsh Wang Warsame Watanabe Weaver Weber Weiss Whitaker Williams Wilson Wong Woodward Wozniak Wright Wu Xiong Yamamoto Yang Yates Yilmaz York Yoshida Young Zamora Zhang Zhou Ziegler Zimmerman
`);
