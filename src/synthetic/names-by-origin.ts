/** Names by origin that census lists rank low, in lower case (training/lexicon/names-by-origin.tsv, written for Masker). */

/** Names of one origin. */
export interface OriginNames {
  readonly given: readonly string[];
  readonly family: readonly string[];
}

const names = (given: string, family: string): OriginNames => ({ given: given.split(' '), family: family.split(' ') });

export const NAMES_BY_ORIGIN: readonly OriginNames[] = [
  // vietnamese
  names(
    'an anh bao binh chau chi cuong dao diem dung duc giang ha hai hanh hao hien hieu hoa hoang hong hue hung ' +
      'huong huy khanh khoa kiet kim lan linh loan long mai minh my nam nga ngan ngoc nhi nhu nhung oanh phong phu ' +
      'phuc phuong quang quoc quyen quynh san sang sen sinh son tai tam tan',
    'nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh mai trinh to luong truong cao ' +
      'dao ha lam chau ta quach',
  ),
  // korean
  names(
    'chul eun hyun jae jin jun kyung min myung seung sol sook sung tae won yeon young',
    'kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song yoo hong jeon ko moon son ' +
      'yang bae baek nam min noh ha gil pyo do so on sung',
  ),
  // chinese
  names(
    'ai an bao bin bo chang chao chen cheng chun da dan de fan fang fei feng gang guo hai han hao he hong hua hui ' +
      'jia jian jie jin jing jun kai lan lei li lian lin ling long mei min ming na ning pei peng ping qi qiang qing ' +
      'rong ru rui shan shu song tao ting wei',
    'wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang ' +
      'deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren shen yao jin ' +
      'sung you fan fang shi tan chang chu ho kwok',
  ),
  // hmong
  names(
    'bao blia bee cha cheng chia chong chou choua dao dang der fue gao gaonou ger hli houa hue ia ka kaying kia ' +
      'kong koua lee long lue mai mao mee moua nao neng nhia nou pa pakou pang pao paj pheng see seng sheng shoua ' +
      'sia song sue tong tou touger toua tria true ty vue wang xao xee',
    'vang xiong yang lor lee her thao moua vue cha chang hang kue khang fang lo kong pha xang cheng',
  ),
  // navajo
  names(
    'ahiga ashkii atsa bidziil chenoa doba haseya hastiin kai manaba nascha nizhoni shadi shima shilah sahkyo ' +
      'sike tsela yanaba yazhi yiska',
    'begay yazzie benally tsosie nez bitsui begaye tso peshlakai manuelito etsitty attakai holiday john sam joe ' +
      'tom billie jim lee cly goldtooth manygoats blackgoat greyeyes whitehorse silversmith tsinajinnie bitsilly',
  ),
  // ethiopian
  names(
    'abebe abeba abel addis alem alemayehu almaz amanuel aster ayana bekele berhane biruk dawit demeke desta ' +
      'elias eyerusalem fikre genet girma haile hana hirut hiwot kebede lemlem lulit mekdes meron mesfin meseret ' +
      'mulu rahel samrawit selam senait sisay solomon tadesse tariku tesfaye tigist tizita wondimu worku yared ' +
      'yohannes yonas zewdie zeritu',
    'tesfaye bekele tadesse abebe haile kebede girma wolde gebre mekonnen alemu assefa ayele demissie desta ' +
      'getachew hailu kassa lemma mengistu mulugeta negash shiferaw teshome tilahun worku yimer zeleke gebremariam ' +
      'weldegiorgis',
  ),
  // somali
  names(
    'abdi abdullahi abdirahman abshir ahmed amina asha ayaan ayan barre dahir deeqa fadumo farah fartun fowzia ' +
      'guled halima hamdi hawa hibo hodan ifrah idil ismail jama khadra ladan liban mahad mohamud muna nasra nimco ' +
      'omar sagal sahra safiya shamso ubah warsame yasin yusuf zahra',
    'abdi abdullahi ali hassan mohamed ahmed farah warsame jama osman ibrahim hussein yusuf omar aden duale hersi ' +
      'egal barre nur gedi isse abdirahman shire samatar',
  ),
  // nigerian
  names(
    'abiola ade adaeze adebayo adunni amaka ayo babajide bola bukola chiamaka chidi chika chinedu chinwe chioma ' +
      'dayo ebele ebuka efe emeka femi funmi funke gbenga ifeanyi ifeoma ike ikenna kehinde kelechi kemi kunle ' +
      'nkechi nneka nnamdi ngozi obi obinna ola olu oluchi olufemi oluwaseun onyeka remi sade segun sola taiwo temi ' +
      'temitope tobi toyin tunde uche uchenna uzo yemi yetunde',
    'okafor okonkwo adeyemi balogun adebayo eze nwosu okoro ogunleye obi chukwu ibrahim musa bello abubakar ' +
      'adeleke akande olawale oyelaran nwachukwu onyekachi ekwueme udo effiong bassey etim ogbonna anyanwu uzoma ' +
      'okeke ilesanmi afolabi fashola',
  ),
  // hawaiian
  names(
    'aina akamu alana ailani alika aulii haunani hoku hokulani ikaika iolana kaha kahoku kahekili kai kaimana ' +
      'kainoa kaipo kalani kalea kaleo kamaka kamalei kanani kanoa kapono kawika keala keahi kealoha keanu keao ' +
      'keola kehau kekoa keoni kiele konane lani lehua leilani lokelani mahina makana makoa malia malu mana mele ' +
      'moana nahele nalani nani noelani nohea pono pua pualani ulani',
    'kahananui kealoha kalani kamaka kahale kekauoha makua nakamura akana apana kaleo kalua kamakau kanahele ' +
      'kapule kauhane keawe kekumu lokahi mahoe naeole palakiko pukui kaahumanu kalakaua',
  ),
  // indian
  names(
    'aarav aditi akash amar amit ananya anil anita anjali anu arjun arun asha ashok bala bharat chandra deepa ' +
      'deepak devi dipti divya gita gopal hari indira jai jaya jyoti kamal kavya kiran krishna kumar lakshmi lata ' +
      'mahesh man meena mohan nandini neha nikhil nisha om padma pooja prakash pranav prem priya radha rahul raj ' +
      'rajesh ram ravi rekha rohan sai',
    'patel shah singh kumar sharma gupta rao reddy nair iyer menon mehta desai joshi das dey sen bose ghosh roy ' +
      'banerjee mukherjee chatterjee pillai naidu chowdhury kaur gill sidhu dhillon grewal bhatt trivedi pandya ' +
      'kulkarni deshpande patil jain agarwal man dutt',
  ),
  // arab
  names(
    'abdullah adel ahmad aisha ali amal amin amira aya bilal dina fadi farid farida fatima habib hadi hala hana ' +
      'hani hasan huda hussein iman jamal jamila kareem karim khalid layla leila lina maha mahmoud malak mariam ' +
      'maryam mona mustafa nabil nada nadia noor nour omar rana rania reem said sami samira sara tariq walid yasmin ' +
      'yasser youssef yusuf zainab ziad',
    'ahmad ali hassan hussein khan abdallah aziz haddad khoury mansour saleh nasser najjar sayegh shaheen rahman ' +
      'sultan taha qureshi siddiqui sheikh',
  ),
  // filipino
  names(
    'amihan angelito bayani bituin bong cherry corazon danilo dalisay divina girlie jun luzviminda ligaya luz ' +
      'maricel marilou nene nonoy precious princess rey rizalino rodel rogelio rosalinda tala',
    'santos reyes cruz bautista ocampo garcia mendoza torres castillo villanueva ramos aquino salazar mercado ' +
      'macaraeg dimaculangan pangilinan lualhati manalo dimagiba',
  ),
  // japanese
  names(
    'aiko akira asami ayumi daiki emi fumiko haru haruka hiro hiroko hiroshi kaito kazuko keiko kenji kenta ' +
      'kiyoshi makoto mariko masao mayumi mei michiko midori mio misaki naoki noboru ren riku sachiko sakura ' +
      'satoshi shigeru shiro sora takashi takeshi tomoko toru yoko yoshi yui yuki yumi yuto',
    'sato suzuki takahashi tanaka watanabe ito yamamoto nakamura kobayashi kato yoshida yamada sasaki matsumoto ' +
      'inoue kimura hayashi shimizu mori abe ikeda hashimoto ishikawa ogawa goto okada hasegawa fujita ueno ono ' +
      'endo aoki baba',
  ),
  // pacific
  names(
    'afa afu ana fetu fili iosefa lagi lani losa lupe malia mele moana niu pele pita salesi sefa sela semisi ' +
      'siaosi sina sione talia tavita tevita tui vai vaea viliami',
    'tui tuiasosopo faleolo fonoti fuimaono leota lealaiauloto mapu moala pauga pulu savea seumalo taufa tuitama ' +
      'vaifale vea fifita tupou',
  ),
  // slavic
  names(
    'aleksei anya bogdan bohdan boris branka danylo darya dmytro dragan galina halyna igor ilya ioana iryna ' +
      'jelena katarzyna kateryna ksenia lyudmila maksym malgorzata milan milos mykola nadia nikolai oksana olena ' +
      'oleh pavel petro radoslav roman rostyslav slavko snezana svetlana taras vasyl vera vesna viktor volodymyr ' +
      'wojciech yana yuri zbigniew zofia zoran',
    'kowalczyk nowak wisniewski petrov ivanov shevchenko kovalenko bondarenko tkachenko melnyk horvat petrovic ' +
      'jovanovic novak dvorak svoboda popescu ionescu dragomir stoyanov zielinski wojcik lewandowski boyko ' +
      'savchenko',
  ),
  // latin
  names(
    'adan aida alba amparo angel araceli asuncion azucena beatriz belen blanca carmen celia chelo chuy concepcion ' +
      'consuelo cruz dolores dulce efrain eliseo esperanza estrella fe flor fidel flora guadalupe hector itzel ' +
      'jesus lazaro leticia luz lupe marisol mercedes milagros nayeli nieves noe paz perla pilar primitivo remedios ' +
      'reyna rocio rosario salvador santos socorro soledad sol tito trinidad ximena xochitl yesenia',
    'garcia martinez flores reyes cruz santos paz luna leon rios campos mesa nieves blanco rubio bravo delgado ' +
      'guerrero hidalgo pena vega castillo torres iglesias casas zapata quispe mamani choque condori',
  ),
  // african
  names(
    'abena afia akosua ama amadou aminata awa boubacar fatou kofi kojo kwabena kwaku kwame mamadou mariama moussa ' +
      'nana nia ousmane sekou yaa yaw amara imani baraka jabari neema wanjiru njeri kamau wambui mwangi otieno ' +
      'achieng thabo sipho nomsa lindiwe themba precious blessing godswill gift patience comfort sunday monday ' +
      'friday goodluck innocent memory beauty lovemore tendai',
    'mensah owusu boateng asante osei diallo traore coulibaly keita toure ndiaye diop sow ba kamau otieno mwangi ' +
      'wanjiku odhiambo dlamini nkosi ndlovu moyo banda phiri zulu sibanda mugisha habimana',
  ),
];
