// Made by tools/synthesis-tables.mjs.
/** Given names with their gender (f, m, or u for both) and surnames, by origin. A hyphen joins the words of one name. */
export const BY_ORIGIN: Readonly<Record<string, { readonly given: string; readonly family: string }>> = {
  vietnamese: {
    given:
      'an:u anh:u bao:u binh:m chau:u chi:u cuong:m dao:u diem:f dung:u duc:m giang:u ha:f hai:m hanh:f hao:m hien:u hieu:m hoa:u hoang:m hong:u hue:f hung:m huong:f huy:m khanh:u khoa:m kiet:u kim:f lan:u linh:f loan:f long:m mai:f minh:m my:f nam:m nga:f ngan:f ngoc:f nhi:f nhu:u nhung:u oanh:u phong:m phu:u phuc:u phuong:u quang:m quoc:m quyen:f quynh:u san:u sang:m sen:u sinh:u son:m tai:u tam:u tan:m thanh:u thao:f thi:f thien:m tho:u thoa:u thu:f thuan:u thuy:f tien:u tin:m toan:m trang:f tri:m trinh:f trong:u truc:u trung:m tu:u tuan:m tung:u tuyen:u tuyet:f van:m viet:m vinh:m vu:m vy:f xuan:f yen:f',
    family:
      'nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh mai trinh to luong truong cao dao ha lam chau ta quach',
  },
  korean: {
    given:
      'bo-young:u chul:u da-eun:u do-yun:u dong-hyun:u eun:f eun-ji:u gi-young:u ha-neul:u hae-won:u hee-jin:u ho-jin:u hye-jin:u hyun:u hyun-woo:u in-su:u jae:u jae-hyun:u ji-hoon:u ji-woo:u jin:u jin-ah:u jong-su:u jun:m jung-min:u kyung:f mi-sook:u min:u min-ji:u min-jun:u myung:f sang-woo:u se-jin:u seo-yeon:u seung:u sol:u soo-jin:u sook:f so-young:u sun-hee:u sung:m tae:u tae-yang:u won:u woo-jin:u yeon:u yong-ho:u yoo-na:u young:u young-ja:u yun-seo:u',
    family:
      'kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song yoo hong jeon ko moon son yang bae baek nam min noh ha gil pyo do so on sung',
  },
  chinese: {
    given:
      'ai:f an:u bao:u bin:u bo:m chang:f chao:u chen:u cheng:m chun:f da:u dan:m de:u fan:u fang:u fei:u feng:u gang:u guo:u hai:m han:u hao:m he:u hong:u hua:u hui:f jia:f jian:m jie:u jin:u jing:u jun:m kai:m lan:u lei:f li:f lian:u lin:u ling:f long:m mei:f min:u ming:u na:f ning:u pei:f peng:u ping:f qi:u qiang:u qing:u rong:u ru:u rui:m shan:u shu:f song:f tao:u ting:u wei:f wen:f wu:u xia:f xiang:u xiao-ming:u xin:u xiu:u xue:u yan:m yang:f yi:f yin:u ying:u yong:u you:u yu:u yuan:u yue:u yun:f ze:u zhen:u zhi:u zhong:u',
    family:
      'wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren shen yao jin sung you fan fang shi tan chang chu ho kwok yip wong chan cheung lam lau leung chow mak ng fung tse hui',
  },
  hmong: {
    given:
      'bao:u blia:u bee:u cha:u cheng:m chia:f chong:u chou:u choua:f dao:u dang:u der:u fue:u gao:u gaonou:u ger:m hli:u houa:u hue:f ia:u ka:f kaying:u kia:f kong:m koua:u lee:u long:m lue:f mai:f mao:f mee:f moua:u nao:u neng:u nhia:u nou:f pa:f pakou:u pang:f pao:u paj:u pheng:m see:f seng:u sheng:u shoua:u sia:f song:f sue:f tong:u tou:m touger:u toua:u tria:u true:u ty:m vue:u wang:u xao:u xee:u xeng:u xia:f xiong:u ying:u yer:f yia:u youa:u yeng:m zong:u',
    family: 'vang xiong yang lor lee her thao moua vue cha chang hang kue khang fang lo kong pha xang cheng',
  },
  navajo: {
    given:
      'ahiga:u ashkii:u atsa:u bidziil:u chenoa:f doba:u haseya:u hastiin:u kai:m manaba:u nascha:u nizhoni:f shadi:u shima:u shilah:f sahkyo:u sike:u tsela:u yanaba:u yazhi:u yiska:u',
    family:
      'begay yazzie benally tsosie nez bitsui begaye tso peshlakai manuelito etsitty attakai holiday john sam joe tom billie jim lee cly goldtooth manygoats blackgoat greyeyes whitehorse silversmith tsinajinnie bitsilly one-feather two-bulls running-bear little-thunder red-cloud good-voice long-soldier black-elk',
  },
  ethiopian: {
    given:
      'abebe:u abeba:u abel:m addis:u alem:u alemayehu:u almaz:u amanuel:m aster:u ayana:f bekele:u berhane:u biruk:u dawit:m demeke:u desta:u elias:m eyerusalem:u fikre:u genet:u girma:u haile:f hana:f hirut:u hiwot:u kebede:u lemlem:u lulit:u mekdes:u meron:u mesfin:u meseret:u mulu:u rahel:f samrawit:u selam:u senait:u sisay:u solomon:m tadesse:u tariku:u tesfaye:u tigist:u tizita:u wondimu:u worku:u yared:m yohannes:u yonas:u zewdie:u zeritu:u',
    family:
      'tesfaye bekele tadesse abebe haile kebede girma wolde gebre mekonnen alemu assefa ayele demissie desta getachew hailu kassa lemma mengistu mulugeta negash shiferaw teshome tilahun worku yimer zeleke gebremariam weldegiorgis',
  },
  somali: {
    given:
      'abdi:u abdullahi:m abdirahman:m abshir:u ahmed:m amina:f asha:f ayaan:m ayan:u barre:u dahir:u deeqa:u fadumo:u farah:f fartun:u fowzia:u guled:u halima:f hamdi:u hawa:f hibo:u hodan:u ifrah:u idil:u ismail:m jama:f khadra:u ladan:u liban:u mahad:m mohamud:u muna:f nasra:u nimco:u omar:m sagal:u sahra:f safiya:f shamso:u ubah:u warsame:u yasin:m yusuf:m zahra:f',
    family:
      'abdi abdullahi ali hassan mohamed ahmed farah warsame jama osman ibrahim hussein yusuf omar aden duale hersi egal barre nur gedi isse abdirahman shire samatar',
  },
  nigerian: {
    given:
      'abiola:u ade:u adaeze:u adebayo:u adunni:u amaka:u ayo:u babajide:u bola:u bukola:u chiamaka:f chidi:u chika:u chinedu:u chinwe:u chioma:f dayo:u ebele:u ebuka:u efe:u emeka:m femi:u funmi:u funke:u gbenga:u ifeanyi:u ifeoma:u ike:m ikenna:m kehinde:u kelechi:u kemi:u kunle:u nkechi:u nneka:f nnamdi:m ngozi:f obi:u obinna:m ola:f olu:u oluchi:u olufemi:u oluwaseun:u onyeka:u remi:u sade:f segun:u sola:u taiwo:u temi:u temitope:u tobi:f toyin:u tunde:u uche:u uchenna:u uzo:u yemi:u yetunde:u zainab:f',
    family:
      'okafor okonkwo adeyemi balogun adebayo eze nwosu okoro ogunleye obi chukwu ibrahim musa bello abubakar adeleke akande olawale oyelaran nwachukwu onyekachi ekwueme udo effiong bassey etim ogbonna anyanwu uzoma okeke ilesanmi afolabi fashola',
  },
  hawaiian: {
    given:
      'aina:u akamu:u alana:f ailani:f alika:u aulii:u haunani:u hoku:u hokulani:u ikaika:m iolana:u kaha:u kahoku:u kahekili:u kai:m kaimana:m kainoa:m kaipo:m kalani:u kalea:f kaleo:m kamaka:u kamalei:u kanani:f kanoa:m kapono:u kawika:m keala:f keahi:u kealoha:u keanu:m keao:u keola:m kehau:u kekoa:m keoni:m kiele:f konane:u lani:f lehua:u leilani:f lokelani:u mahina:u makana:u makoa:m malia:f malu:u mana:f mele:f moana:f nahele:u nalani:f nani:f noelani:f nohea:u pono:u pua:u pualani:u ulani:u',
    family:
      'kahananui kealoha kalani kamaka kahale kekauoha makua nakamura akana apana kaleo kalua kamakau kanahele kapule kauhane keawe kekumu lokahi mahoe naeole palakiko pukui wong-kalani kaahumanu kalakaua',
  },
  indian: {
    given:
      'aarav:m aditi:f akash:m amar:m amit:m ananya:f anil:m anita:f anjali:f anu:u arjun:m arun:m asha:f ashok:u bala:u bharat:u chandra:f deepa:f deepak:m devi:f dipti:u divya:f gita:f gopal:u hari:m indira:f jai:u jaya:f jyoti:u kamal:m kavya:f kiran:u krishna:u kumar:u lakshmi:f lata:u mahesh:u man:f meena:f mohan:u nandini:f neha:f nikhil:m nisha:f om:m padma:u pooja:f prakash:u pranav:m prem:m priya:f radha:f rahul:m raj:m rajesh:m ram:m ravi:m rekha:u rohan:m sai:u sandeep:m sanjay:m sarita:f seema:f shanti:f shiv:m shreya:f sita:f sneha:f sunil:m suresh:u swati:f tara:f uma:f usha:f varun:m vijay:m vikram:m vimala:u',
    family:
      'patel shah singh kumar sharma gupta rao reddy nair iyer menon mehta desai joshi das dey sen bose ghosh roy banerjee mukherjee chatterjee pillai naidu chowdhury kaur gill sidhu dhillon grewal bhatt trivedi pandya kulkarni deshpande patil jain agarwal man dutt',
  },
  arab: {
    given:
      'abdullah:m adel:u ahmad:m aisha:f ali:u amal:f amin:m amira:f aya:f bilal:m dina:f fadi:m farid:m farida:f fatima:f habib:m hadi:m hala:f hana:f hani:m hasan:m huda:f hussein:m iman:f jamal:m jamila:f kareem:m karim:m khalid:m layla:f leila:f lina:f maha:f mahmoud:m malak:f mariam:f maryam:f mona:f mustafa:m nabil:m nada:f nadia:f noor:f nour:f omar:m rana:f rania:f reem:f said:m sami:u samira:f sara:f tariq:m walid:m yasmin:f yasser:m youssef:m yusuf:m zainab:f ziad:m',
    family:
      'ahmad ali hassan hussein khan abdallah aziz haddad khoury mansour saleh nasser najjar sayegh shaheen rahman sultan taha qureshi siddiqui sheikh el-amin abu-bakr al-farsi bin-said',
  },
  filipino: {
    given:
      'amihan:u angelito:m bayani:u bituin:u bong:f cherry:f corazon:f danilo:m dalisay:u divina:f girlie:u jun:m jun-jun:u luzviminda:u ligaya:u luz:f maricel:f marilou:f nene:u nonoy:u precious:f princess:f rey:m rizalino:u rodel:u rogelio:m rosalinda:f tala:f',
    family:
      'dela-cruz santos reyes cruz bautista ocampo garcia mendoza torres castillo villanueva ramos aquino salazar mercado macaraeg dimaculangan pangilinan lualhati manalo dimagiba',
  },
  japanese: {
    given:
      'aiko:f akira:f asami:u ayumi:f daiki:u emi:f fumiko:f haru:u haruka:f hiro:u hiroko:f hiroshi:m kaito:m kazuko:f keiko:f kenji:m kenta:m kiyoshi:u makoto:u mariko:f masao:u mayumi:f mei:f michiko:f midori:f mio:u misaki:u naoki:u noboru:u ren:m riku:u sachiko:f sakura:f satoshi:u shigeru:u shiro:u sora:f takashi:u takeshi:u tomoko:f toru:u yoko:f yoshi:u yui:u yuki:u yumi:f yuto:u',
    family:
      'sato suzuki takahashi tanaka watanabe ito yamamoto nakamura kobayashi kato yoshida yamada sasaki matsumoto inoue kimura hayashi shimizu mori abe ikeda hashimoto ishikawa ogawa goto okada hasegawa fujita ueno ono endo aoki baba',
  },
  pacific: {
    given:
      'afa:u afu:u ana:f fetu:u fili:u iosefa:u lagi:u lani:f losa:u lupe:u malia:f mele:f moana:f niu:u pele:u pita:u salesi:u sefa:u sela:f semisi:u siaosi:u sina:u sione:m talia:f tavita:u tevita:m tui:u vai:u vaea:u viliami:m',
    family:
      'tui tuiasosopo faleolo fonoti fuimaono leota lealaiauloto mapu moala pauga pulu savea seumalo taufa tuitama vaifale vea fifita tupou',
  },
  slavic: {
    given:
      'aleksei:u anya:f bogdan:m bohdan:m boris:m branka:u danylo:u darya:f dmytro:u dragan:u galina:f halyna:u igor:m ilya:m ioana:u iryna:u jelena:f katarzyna:f kateryna:u ksenia:u lyudmila:u maksym:u malgorzata:u milan:u milos:u mykola:u nadia:f nikolai:m oksana:f olena:u oleh:u pavel:m petro:u radoslav:u roman:m rostyslav:u slavko:u snezana:u svetlana:f taras:m vasyl:u vera:f vesna:u viktor:m volodymyr:u wojciech:u yana:f yuri:u zbigniew:u zofia:f zoran:u',
    family:
      'kowalczyk nowak wisniewski petrov ivanov shevchenko kovalenko bondarenko tkachenko melnyk horvat petrovic jovanovic novak dvorak svoboda popescu ionescu dragomir stoyanov zielinski wojcik lewandowski boyko savchenko',
  },
  latin: {
    given:
      'maria:f jose:m juan:m luis:m carlos:m jorge:m miguel:m pedro:m francisco:m manuel:m ricardo:m fernando:m alejandro:m diego:m javier:m rafael:m sergio:m rosa:f ana:f elena:f lucia:f gabriela:f marta:f guadalupe:u raul:m hector:m pablo:m andres:m adan:m aida:f alba:f amparo:f angel:u araceli:f asuncion:f azucena:f beatriz:f belen:f blanca:f carmen:f celia:f chelo:u chuy:u concepcion:f consuelo:f cruz:m dolores:f dulce:f efrain:m eliseo:m esperanza:f estrella:f fe:f flor:f fidel:m flora:f itzel:f jesus:m lazaro:m leticia:f luz:f lupe:u maria-elena:u marisol:f mercedes:f milagros:f nayeli:f nieves:u noe:m paz:u perla:f pilar:f primitivo:m remedios:f reyna:f rocio:f rosario:u salvador:m santos:m socorro:f soledad:f sol:u tito:m trinidad:u ximena:f xochitl:f yesenia:f',
    family:
      'rodriguez hernandez lopez gonzalez perez sanchez ramirez rivera gomez diaz morales gutierrez ortiz ramos ruiz alvarez mendoza vasquez jimenez moreno romero herrera medina aguilar vargas castro fernandez guzman munoz salazar garza soto alvarado contreras padilla acosta figueroa cervantes espinoza fuentes garcia martinez de-la-cruz del-rio flores reyes cruz santos paz luna leon rios campos mesa nieves blanco rubio bravo delgado guerrero hidalgo pena vega castillo torres iglesias casas zapata quispe mamani choque condori',
  },
  african: {
    given:
      'abena:f afia:f akosua:u ama:f amadou:m aminata:f awa:f boubacar:u fatou:f kofi:m kojo:u kwabena:m kwaku:m kwame:m mamadou:m mariama:f moussa:m nana:u nia:f ousmane:m sekou:m yaa:u yaw:u amara:f imani:f baraka:u jabari:m neema:u wanjiru:u njeri:u kamau:m wambui:u mwangi:u otieno:u achieng:u thabo:u sipho:u nomsa:u lindiwe:u themba:u precious:f blessing:f godswill:u gift:u patience:f comfort:u sunday:f monday:u friday:u goodluck:u innocent:u memory:f beauty:u lovemore:u tendai:u',
    family:
      'mensah owusu boateng asante osei diallo traore coulibaly keita toure ndiaye diop sow ba kamau otieno mwangi wanjiku odhiambo dlamini nkosi ndlovu moyo banda phiri zulu sibanda mugisha habimana',
  },
};
